export { createReferenceLocator, hostCovers, pathMatches } from './reference-locator.ts';
