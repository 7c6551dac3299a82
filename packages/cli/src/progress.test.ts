import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';
import { fakeIo } from './testing/fake-io.ts';

describe('createProgress', () => {
  it('says nothing within the first second', () => {
    const io = fakeIo({ isTTY: { stderr: true }, tick: 400 });
    const progress = createProgress(io);
    progress.at(() => 'one');
    progress.at(() => 'two');
    expect(io.err()).toBe('');
  });

  it('then says where the work stands, and takes the line away', () => {
    const io = fakeIo({ isTTY: { stderr: true }, tick: 1000 });
    const progress = createProgress(io);
    progress.at(() => '10 lines');
    progress.clear();
    progress.clear();
    expect(io.err()).toBe('\r\u001b[K10 lines\r\u001b[K');
  });

  it('does not say it more often than ten times a second', () => {
    const io = fakeIo({ isTTY: { stderr: true }, tick: 60 });
    const progress = createProgress(io);
    for (let turn = 0; turn < 40; turn += 1) progress.at(() => '.');
    // 40 looks at the clock, 60 ms apart: 24 of them after the first second, every second one shows.
    expect(io.err().split('.').length - 1).toBe(12);
  });

  it('says nothing to a file, nor where results share the terminal', () => {
    for (const [isTTY, shares] of [
      [false, false],
      [true, true],
    ] as const) {
      const io = fakeIo({ isTTY: { stderr: isTTY }, tick: 5000 });
      const progress = createProgress(io, shares);
      progress.at(() => 'x');
      progress.clear();
      expect(io.err()).toBe('');
    }
  });
});
