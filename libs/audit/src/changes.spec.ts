import { changesOf, isPersonal, toText } from './changes';

describe('the changes of an audit record', () => {
  it('are the fields that differ, before and after, and all that is set of something new', () => {
    expect(changesOf({ name: 'a', size: 1 }, { name: 'b', size: 1 })).toEqual({ name: { before: 'a', after: 'b' } });
    expect(changesOf(null, { name: 'a', note: null })).toEqual({ name: { before: null, after: 'a' } });
    expect(changesOf({ note: 'x' }, { note: null })).toEqual({ note: { before: 'x', after: null } });
    const at = new Date('2024-12-05T14:56:23.000Z');
    expect(changesOf<{ at: Date }>({ at }, { at: new Date(at) })).toEqual({});
    expect(toText(at)).toBe('2024-12-05T14:56:23.000Z');
  });

  it.each([
    ['user', 'firstName'],
    ['user', 'lastName'],
    ['user', 'email'],
    ['certificate', 'certificateNumber'],
    ['certificate', 'issuingAuthority'],
    ['certificate', 'notes'],
    ['certificate', 'rejectionReason'],
    ['diploma', 'rejectionReason'],
    ['upload', 'originalFilename'],
    ['user', 'subject'],
    ['api-key', 'name'],
    ['certificate', 'aFieldOfTomorrow'],
    ['somethingNew', 'name'],
  ])('keep the values of %s.%s where they can be erased', (targetType, field) => {
    expect(isPersonal(targetType, field)).toBe(true);
  });

  it.each([
    ['user', 'role'],
    ['user', 'state'],
    ['user', 'issuer'],
    ['api-key', 'scopes'],
    ['organization', 'timeZone'],
  ])('keep the values of %s.%s in the record itself', (targetType, field) => {
    expect(isPersonal(targetType, field)).toBe(false);
  });
});
