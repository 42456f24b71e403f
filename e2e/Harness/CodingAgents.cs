namespace Gateway.E2E.Harness;

/// <summary>The real command line clients, each in a home of its own with a folder that holds one note of five words.</summary>
internal sealed class CodingAgents : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Codex 0.55.0 as the tutorial runs it: pointed at the gateway by environment variables alone.</summary>
    public Task<CommandResult> Codex055Async(string baseUrl, string prompt, CancellationToken cancellationToken) =>
        Agent("codex-0-55", "node", [Module("codex-0-55/bin/codex.js"), .. CodexArguments, prompt])
            .With("OPENAI_API_KEY", TestKeys.Client)
            .With("OPENAI_BASE_URL", baseUrl)
            .RunAsync(cancellationToken);

    /// <summary>Codex 0.169.0, which reads its address from its configuration only.</summary>
    public Task<CommandResult> Codex0169Async(string baseUrl, string prompt, CancellationToken cancellationToken)
    {
        var settings = Directory.CreateDirectory(Path.Combine(Home("codex-0-169"), ".codex")).FullName;
        File.WriteAllText(Path.Combine(settings, "config.toml"), $"openai_base_url = \"{baseUrl}\"\n");

        return Agent("codex-0-169", "node", [Module("codex-0-169/bin/codex.js"), .. CodexArguments, prompt])
            .With("OPENAI_API_KEY", TestKeys.Client)
            .RunAsync(cancellationToken);
    }

    /// <summary>Claude Code 2.0.37 in print mode, with the tutorial's settings file and key helper.</summary>
    public Task<CommandResult> Claude2037Async(string baseUrl, string prompt, CancellationToken cancellationToken, bool backgroundCalls = true) =>
        Claude("claude-2-0", "node", [Module("claude-code-2-0/cli.js"), .. ClaudeArguments, prompt], baseUrl, backgroundCalls).RunAsync(cancellationToken);

    /// <summary>Claude Code 2.1.330 in print mode; the program itself is in the package of this platform.</summary>
    public Task<CommandResult> Claude21330Async(string baseUrl, string prompt, CancellationToken cancellationToken) =>
        Claude("claude-2-1", Module("@anthropic-ai/claude-code-linux-x64/claude"), [.. ClaudeArguments, prompt], baseUrl, backgroundCalls: true)
            .RunAsync(cancellationToken);

    public void Dispose() => _folder.Dispose();

    // The tests' folder is no repository, and a container is the sandbox: the clients' own ones need rights it may not have.
    private static string[] CodexArguments =>
        ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "--model", "gpt-4o"];

    private static string[] ClaudeArguments => ["-p", "--allowedTools", "Bash Read", "--"];

    private static string Module(string path) => Path.Combine(RepositoryPaths.NodeModules, path);

    private Command Claude(string name, string program, string[] arguments, string baseUrl, bool backgroundCalls)
    {
        var settings = Directory.CreateDirectory(Path.Combine(Home(name), ".claude")).FullName;
        var helper = Path.Combine(settings, "anthropic_key.sh");
        File.WriteAllText(Path.Combine(settings, "settings.json"), """{ "apiKeyHelper": "~/.claude/anthropic_key.sh" }""");
        File.WriteAllText(helper, $"echo \"{TestKeys.Client}\"\n");
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var command = Agent(name, program, arguments).With("ANTHROPIC_BASE_URL", baseUrl).With("ANTHROPIC_MODEL", "gpt-5-mini");

        return backgroundCalls ? command : command.With("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    }

    private Command Agent(string name, string program, string[] arguments)
    {
        var work = _folder.Folder(Path.Combine(name, "work"));
        File.WriteAllText(Path.Combine(work, "note.txt"), "a lantern in the rain\n");

        return new Command(program, arguments).With("HOME", Home(name)).In(work);
    }

    private string Home(string name) => _folder.Folder(Path.Combine(name, "home"));
}
