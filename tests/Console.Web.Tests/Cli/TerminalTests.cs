using ConsoleWeb.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace ConsoleWeb.Tests.Cli;

/// <summary>What only a terminal gets to see.</summary>
public sealed class TerminalTests
{
    private const string Before = "_format_version: \"3.0\"\nservices: [{name: a, host: h}, {name: b, host: h}]";
    private const string After = "_format_version: \"3.0\"\nservices: [{name: a, host: g}, {name: c, host: h}]";

    [Theory]
    [InlineData(true, "", "", true)]
    [InlineData(true, "1", "", false)]
    [InlineData(true, "", "--no-color", false)]
    [InlineData(false, "", "", false)]
    public async Task Diff_Colours_AreForTerminalsThatWantThem(bool terminal, string noColor, string flag, bool expected)
    {
        await using var api = await FakeAdminApi.StartAsync(TestContext.Current.CancellationToken);
        await CliRun.RunAsync(api, ["gateway", "sync"], Before);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DECK_KONG_ADDR"] = api.Address, ["NO_COLOR"] = noColor };
        string[] args = flag.Length > 0 ? ["gateway", "diff", flag] : ["gateway", "diff"];

        var run = await CliRun.RunAsync(variables, args, After, terminal);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(expected, run.Stdout.Contains('\u001b', StringComparison.Ordinal));
        if (expected)
        {
            Assert.Contains("\u001b[32mcreating service c\u001b[0m\n", run.Stdout, StringComparison.Ordinal);
            Assert.Contains("\u001b[33mupdating service a\u001b[0m  {\n", run.Stdout, StringComparison.Ordinal);
            Assert.Contains("\u001b[31m-  \"host\": \"h\",\u001b[0m\n\u001b[32m+  \"host\": \"g\",\u001b[0m\n", run.Stdout, StringComparison.Ordinal);
            Assert.Contains("\u001b[31mdeleting service b\u001b[0m\n", run.Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Progress_LongCommand_IsDrawnBelowTheLinesAndTakenAway()
    {
        var time = new FakeTimeProvider();
        var screen = new StringWriter { NewLine = "\n" };
        using (var progress = new ProgressLine(screen, isOn: true, time))
        {
            progress.Report("Written", 1, 1000);
            progress.Above(() => screen.Write("one\n"));
            Assert.Equal("one\n", screen.ToString());

            time.Advance(TimeSpan.FromSeconds(3));
            progress.Report("Written", 250, 1000);
            progress.Report("Written", 251, 1000);
            progress.Above(() => screen.Write("two\n"));
        }

        const string Line = "Written 250 of 1,000  25 %  3 s";
        Assert.Equal($"one\n\r\u001b[2K{Line}\r\u001b[2Ktwo\n{Line}\r\u001b[2K", screen.ToString());
    }

    [Fact]
    public void Progress_NotATerminal_WritesNothing()
    {
        var time = new FakeTimeProvider();
        var screen = new StringWriter();
        using (var progress = new ProgressLine(screen, isOn: false, time))
        {
            time.Advance(TimeSpan.FromSeconds(3));
            progress.Report("Written", 250, 1000);
        }

        Assert.Equal("", screen.ToString());
    }
}
