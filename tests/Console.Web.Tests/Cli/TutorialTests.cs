using System.Text.RegularExpressions;
using Gateway.Testing;

namespace ConsoleWeb.Tests.Cli;

/// <summary>The tutorials' steps as they are pasted: each creates what it names, and repeated changes nothing.</summary>
public sealed partial class TutorialTests
{
    private static readonly (string, string) Key = ("DECK_OPENAI_API_KEY", "sk-test");

    public static TheoryData<string, int[]> Tutorials => new()
    {
        { "codex", [2, 1, 1, 1] },
        { "claude", [2, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Tutorials))]
    public async Task Apply_StepsOfTutorial_CreateThenChangeNothing(string tutorial, int[] created)
    {
        await using var api = await FakeAdminApi.StartAsync(TestContext.Current.CancellationToken);
        var steps = ReadSteps(tutorial);

        Assert.Equal(created.Length, steps.Count);
        foreach (var (step, count) in steps.Zip(created))
        {
            var first = await CliRun.RunAsync(api, ["gateway", "apply", "-"], step, Key);
            Assert.Equal((0, ""), (first.ExitCode, first.Stderr));
            Assert.EndsWith(CliRun.Summary(count, 0, 0), first.Stdout, StringComparison.Ordinal);
        }

        foreach (var step in steps)
        {
            var again = await CliRun.RunAsync(api, ["deck", "gateway", "apply"], step, Key);
            Assert.Equal(CliRun.Summary(0, 0, 0), again.Stdout);
        }

        var dump = await CliRun.RunAsync(api, ["gateway", "dump"]);
        var sync = await CliRun.RunAsync(api, ["gateway", "sync", "-"], dump.Stdout);
        Assert.Equal((0, ""), (sync.ExitCode, sync.Stderr));
        Assert.Equal(CliRun.Summary(0, 0, 0), sync.Stdout);
    }

    [Theory]
    [InlineData("codex", "tutorials/codex-through-kong-ai-gateway.txt")]
    [InlineData("claude", "tutorials/claude-through-kong-ai-gateway.txt")]
    public async Task Steps_ComparedWithPublishedTutorial_HaveTheSameWords(string tutorial, string published)
    {
        if (SharedFiles.Find(published) is not { } path)
        {
            Assert.Skip("The published tutorials are not present.");
            return;
        }

        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

        // The published text files keep the words of each block but not its line breaks and indentation.
        var expected = BlockPattern().Matches(text).Select(m => Collapse(m.Groups[1].Value)).ToList();
        Assert.Equal(expected, ReadSteps(tutorial).Select(Collapse));
    }

    private static List<string> ReadSteps(string tutorial)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Console.sln")))
        {
            directory = directory.Parent;
        }

        return
        [
            .. Directory.GetFiles(Path.Combine(directory.FullName, "e2e", "tutorials"), $"{tutorial}-*.sh")
                .Order(StringComparer.Ordinal)
                .SelectMany(f => BlockPattern().Matches(File.ReadAllText(f)))
                .Select(m => m.Groups[1].Value + "\n"),
        ];
    }

    private static string Collapse(string text) => SpacePattern().Replace(text, " ").Trim();

    [GeneratedRegex(@"echo '([^']*)' \| deck gateway apply -")]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();
}
