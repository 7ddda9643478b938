import { contentDisposition } from './content-disposition';

describe('the Content-Disposition of a download', () => {
  it.each([
    ['scan.pdf', `attachment; filename="scan.pdf"; filename*=UTF-8''scan.pdf`],
    ['Prüfung № 1.pdf', `attachment; filename="Pr_fung _ 1.pdf"; filename*=UTF-8''Pr%C3%BCfung%20%E2%84%96%201.pdf`],
    ['a"b\\c%41.pdf', `attachment; filename="a_b_c_41.pdf"; filename*=UTF-8''a%22b%5Cc%2541.pdf`],
    [`it's (1)*.pdf`, `attachment; filename="it's (1)*.pdf"; filename*=UTF-8''it%27s%20%281%29%2A.pdf`],
    ['🛳\ud800.pdf', `attachment; filename="__.pdf"; filename*=UTF-8''%F0%9F%9B%B3%EF%BF%BD.pdf`],
  ])('keeps the name %j', (filename, header) => {
    expect(contentDisposition('attachment', filename)).toBe(header);
  });

  it.each([
    ['line breaks', 'a\r\nset-cookie: x', 'a__set-cookie: x'],
    ['control characters', 'a\u0000\u001b\u007f\u0085.pdf', 'a____.pdf'],
    ['a mark that turns the direction of writing', 'scan\u202efdp.exe', 'scan_fdp.exe'],
    ['other such marks and line separators', 'a\u061c\u200f\u2067\u2028b.pdf', 'a____b.pdf'],
  ])('carries no %s', (_, filename, name) => {
    expect(contentDisposition('inline', filename)).toBe(
      `inline; filename="${name}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    );
  });

  it('keeps all of 255 letters of three bytes each', () => {
    const name = `${'試'.repeat(251)}.pdf`;
    const [, encoded = ''] = contentDisposition('attachment', name).split("UTF-8''");
    expect(decodeURIComponent(encoded)).toBe(name);
  });
});
