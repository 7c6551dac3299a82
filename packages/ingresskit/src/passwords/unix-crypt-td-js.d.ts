declare module 'unix-crypt-td-js' {
  /** crypt(3) with DES. */
  function unixCrypt(password: string | readonly number[], salt: string): string;
  export = unixCrypt;
}
