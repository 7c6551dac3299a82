export { certificateAnswers } from './certificate-answers.ts';
export { verifyClientCertificate } from './chain.ts';
