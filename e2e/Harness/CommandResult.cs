namespace Gateway.E2E.Harness;

/// <summary>What a finished command left behind.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Fails the test with everything the command said, unless it ended with 0.</summary>
    public CommandResult EnsureSuccess()
    {
        Assert.True(ExitCode == 0, ToString());

        return this;
    }

    public override string ToString() =>
        $"'{Command}' ended with {ExitCode}{Environment.NewLine}stdout: {Output}{Environment.NewLine}stderr: {Error}";
}
