// What is said in the pictures: a session of Claude Code, calls of Codex and of a program, and three that still run.
const long = 'The handler reads the whole body before it looks at the first byte, so a large upload waits for memory it does not need. '
  + 'I would read it in pieces, hash each piece as it passes and stop at the limit with a clear answer. '
  + 'The test then sends one byte more than allowed and sees the status, and that nothing was kept. ';

export const stories = [
  { prompt: 'Why does the upload test fail', model: 'claude-sonnet-4-5', text: 'I look at the test first.', input: 2140, cached: 0, written: 18400, output: 212, first: 620, tool: { id: 'toolu_1', name: 'Read', input: { file_path: 'tests/UploadTests.cs' } } },
  { prompt: 'public async Task Upload_TooLarge', model: 'claude-sonnet-4-5', text: 'The limit is checked after the body was read. Let me see the handler.', input: 940, cached: 18400, written: 2140, output: 188, first: 540, tool: { id: 'toolu_2', name: 'Grep', input: { pattern: 'ReadAsync', path: 'src/Upload' } } },
  { prompt: 'UploadHandler.cs:41', model: 'claude-sonnet-4-5', text: long, input: 610, cached: 20540, written: 1128, output: 364, first: 710, pace: 8 },
  { prompt: 'Please change it and run the tests', model: 'claude-sonnet-4-5', text: 'Changed. All 14 tests pass; the one that failed takes 12 ms now.', input: 220, cached: 22278, written: 410, output: 126, first: 480 },
  { prompt: 'Summarise the changelog', model: 'gpt-5-mini', text: 'Three fixes and one new flag.', input: 1830, output: 96, reasoning: 24, first: 380 },
  { prompt: 'Refactor the retry loop', model: 'gpt-5-codex', text: long, input: 3120, cached: 41984, output: 612, reasoning: 256, first: 900, pace: 6 },
  { prompt: 'Too many at once', status: 429, text: 'Rate limit reached for requests' },
  { prompt: 'Explain the scheduler', model: 'claude-sonnet-4-5', text: long.repeat(12), input: 1320, cached: 30212, output: 900, first: 420, pace: 60 },
  { prompt: 'Write the migration', model: 'gpt-5-codex', text: long.repeat(12), input: 2210, cached: 18944, output: 900, first: 500, pace: 45 },
  { prompt: 'Draft the release notes', model: 'gpt-5-mini', text: long.repeat(12), input: 420, output: 900, first: 300, pace: 80 },
];
