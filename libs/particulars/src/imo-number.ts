/**
 * Whether the check digit of an IMO ship identification number is right (IMO resolution A.1117(30)): the last one of the sum of the first six
 * digits times seven to two.
 * @param number seven digits
 */
export function isImoNumber(number: string): boolean {
  const digits = [...number].map(Number);
  const sum = digits.slice(0, 6).reduce((total, digit, index) => total + digit * (7 - index), 0);
  return sum % 10 === digits[6];
}
