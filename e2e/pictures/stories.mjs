// What is said in the pictures: a session of Claude Code, calls of Codex and of a program, and three that still run.
const long = 'The handler reads the whole body before it looks at the first byte, so a large upload waits for memory it does not need. '
  + 'I would read it in pieces, hash each piece as it passes and stop at the limit with a clear answer. '
  + 'The test then sends one byte more than allowed and sees the status, and that nothing was kept. ';

// The session: what goes to the model before each answer (a person's words, or the result of the tool before), and the answer.
const turns = [
  { said: 'The upload test fails on main. Find out why and fix it.', text: 'I look at the test first.', output: 212, first: 620, tool: ['Read', { file_path: 'tests/UploadTests.cs' }] },
  { result: 'public async Task Upload_TooLarge_Answers413()\n{\n    using var body = new ByteArrayContent(new byte[Limit + 1]);\n    var answer = await Client.PostAsync("/upload", body);\n    Assert.Equal(413, (int)answer.StatusCode);\n}', adds: 1210, text: 'It expects 413 for one byte too many. Where is the limit checked?', output: 148, first: 540, tool: ['Grep', { pattern: 'ReadAllAsync|Limit', path: 'src/Upload' }] },
  { result: 'UploadHandler.cs:41: var body = await ReadAllAsync(request.Body);\nUploadHandler.cs:44: if (body.Length > Limit) return TooLarge();', adds: 460, text: 'The limit is checked after the body was read, so a large upload waits for memory it does not need.', output: 236, first: 580, tool: ['Read', { file_path: 'src/Upload/UploadHandler.cs' }] },
  { result: 'internal sealed class UploadHandler(IStore store)\n{\n    private const int Limit = 8 * 1024 * 1024;\n'.padEnd(2600, '    // …\n'), adds: 4180, text: 'I read it in pieces and stop at the limit.', output: 1184, first: 910, tool: ['Edit', { file_path: 'src/Upload/UploadHandler.cs', old_string: 'var body = await ReadAllAsync(request.Body);', new_string: 'await foreach (var piece in ReadPiecesAsync(request.Body, Limit))' }] },
  { result: 'The file src/Upload/UploadHandler.cs has been updated.', adds: 1240, text: 'Now the tests.', output: 96, first: 470, tool: ['Bash', { command: 'dotnet test tests/Upload.Tests' }] },
  { result: 'Failed Upload_OneByteMore_KeepsNothing [9 ms]\n  Assert.Equal() Failure: Expected 0, Actual 1\nFailed: 1, Passed: 13', failed: true, adds: 2930, text: 'A refused upload leaves its first pieces in the store. They have to go when the limit is met.', output: 642, first: 760, tool: ['Edit', { file_path: 'src/Upload/UploadHandler.cs', old_string: 'return TooLarge();', new_string: 'await store.RemoveAsync(upload);\n            return TooLarge();' }] },
  { result: 'The file src/Upload/UploadHandler.cs has been updated: 2 lines.', adds: 690, lost: true, text: 'And again.', output: 88, first: 1480, tool: ['Bash', { command: 'dotnet test tests/Upload.Tests' }] },
  { result: 'Passed! Failed: 0, Passed: 14, Skipped: 0', adds: 310, text: 'All 14 pass. The handler read the whole body before it looked at the limit; it now reads in pieces, hashes each as it passes, and removes what it kept when the limit is met.', output: 364, first: 710 },
  { said: 'Good. Add the limit to the changelog and commit.', adds: 120, text: 'One line under Fixed.', output: 174, first: 520, tool: ['Edit', { file_path: 'CHANGELOG.md', old_string: '### Fixed', new_string: '### Fixed\n- Uploads above the limit are refused while they arrive.' }] },
  { result: 'The file CHANGELOG.md has been updated.', adds: 260, text: 'Committing.', output: 131, first: 450, tool: ['Bash', { command: 'git commit -am "Refuse large uploads while they arrive"' }] },
  { result: '[upload-limit 4c1d0e7] Refuse large uploads while they arrive\n 3 files changed, 41 insertions(+), 6 deletions(-)', adds: 210, text: 'Committed as 4c1d0e7 on upload-limit: the handler, its test and the changelog.', output: 126, first: 480 },
];

/** The turns with the usage that a provider's cache would give: each turn writes what is new and reads the rest, but for the one that lost it. */
let context = 18_400;
const told = turns.map((turn, i) => {
  const before = i === 0 || turn.lost ? 0 : context;
  context += (turn.adds ?? 0) + turn.output;
  const fresh = 180 + Math.round((turn.adds ?? 0) / 8);
  return {
    ...turn,
    id: `toolu_${i + 1}`,
    prompt: turn.said ?? turn.result.split('\n')[0],
    model: 'claude-sonnet-4-5',
    input: fresh,
    cached: before,
    written: context - before - fresh,
    pace: 6,
    ...(turn.tool ? { tool: { id: `toolu_${i + 1}`, name: turn.tool[0], input: turn.tool[1] } } : {}),
  };
});

/** The session that is told, turn by turn. */
export const session = told;

export const stories = [
  ...told,
  { prompt: 'Summarise the changelog', model: 'gpt-5-mini', text: 'Three fixes and one new flag.', input: 1830, output: 96, reasoning: 24, first: 380 },
  { prompt: 'Refactor the retry loop', model: 'gpt-5-codex', text: long, input: 3120, cached: 41984, output: 612, reasoning: 256, first: 900, pace: 6 },
  { prompt: 'Too many at once', status: 429, text: 'Rate limit reached for requests' },
  { prompt: 'Explain the scheduler', model: 'claude-sonnet-4-5', text: long.repeat(12), input: 1320, cached: 30212, output: 900, first: 420, pace: 60 },
  { prompt: 'Write the migration', model: 'gpt-5-codex', text: long.repeat(12), input: 2210, cached: 18944, output: 900, first: 500, pace: 45 },
  { prompt: 'Draft the release notes', model: 'gpt-5-mini', text: long.repeat(12), input: 420, output: 900, first: 300, pace: 80 },
];
