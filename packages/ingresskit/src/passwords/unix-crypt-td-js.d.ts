declare module 'unix-crypt-td-js' {
  /** crypt(3) with DES. */
  export default function unixCrypt(password: string | readonly number[], salt: string): string;
}
