export { passwordAnswers } from './password-answers.ts';
export { type PasswordScheme, passwordScheme, verifyPassword } from './verify-password.ts';
