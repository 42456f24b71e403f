using ConsoleWeb.Cli;

namespace ConsoleWeb.Tests.Cli;

/// <summary>Passwords and passphrases typed at a terminal.</summary>
public sealed class SecretInputTests
{
    [Fact]
    public async Task Terminal_TypedSecret_IsReadAndNeverShown()
    {
        var (io, screen) = Terminal("wrong\b\b\b\b\bsecret wörds\r");

        Assert.Equal("secret wörds", await ReadAsync(io, isNew: false));
        Assert.Equal("Passphrase: \n", screen.ToString());
    }

    [Fact]
    public async Task Terminal_NewSecret_IsTypedTwice()
    {
        var (io, screen) = Terminal("one\rone\r");

        Assert.Equal("one", await ReadAsync(io, isNew: true));
        Assert.Equal("Passphrase: \nThe same again: \n", screen.ToString());
    }

    [Fact]
    public async Task Terminal_NewSecretWithASlip_IsRefused()
    {
        var (io, screen) = Terminal("one\rtwo\r");

        await Assert.ThrowsAsync<CommandFailureException>(() => ReadAsync(io, isNew: true));
        Assert.DoesNotContain("one", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipe_NewSecret_IsOneLineWithoutAQuestion()
    {
        var screen = new StringWriter();
        var io = new CliIo(new StringReader("one\ntwo\n"), TextWriter.Null, screen, new Dictionary<string, string>());

        Assert.Equal("one", await ReadAsync(io, isNew: true));
        Assert.Equal("", screen.ToString());
    }

    private static Task<string> ReadAsync(CliIo io, bool isNew) => io.ReadSecretAsync("Passphrase", isNew, TestContext.Current.CancellationToken);

    private static (CliIo Io, StringWriter Screen) Terminal(string keys)
    {
        var next = 0;
        var screen = new StringWriter { NewLine = "\n" };
        var io = new CliIo(TextReader.Null, screen, screen, new Dictionary<string, string>())
        {
            CanAsk = true,
            ReadKey = () =>
            {
                var key = keys[next++];
                return new ConsoleKeyInfo(key, key switch { '\r' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.None }, false, false, false);
            },
        };
        return (io, screen);
    }
}
