namespace ConsoleWeb.Features.Connect;

/// <summary>A shell that a line is written for.</summary>
internal sealed record Shell(string Id, string Title)
{
    public static IReadOnlyList<Shell> All { get; } = [new("posix", "bash, zsh"), new("fish", "fish"), new("powershell", "PowerShell"), new("cmd", "cmd")];
}

/// <summary>What a person pastes to start an agent through the gateway. Each line holds all that it needs and changes nothing for good.</summary>
internal static class ClientCommand
{
    /// <summary>Clients insist on a key; the gateway puts the real one in its place.</summary>
    public const string Placeholder = "sk-xxx";

    /// <param name="url">The gateway's address with the route's path.</param>
    /// <param name="key">The client's own key of the gateway; null: a placeholder.</param>
    public static string Start(ConnectedFlow flow, string url, string? key, Shell shell) => flow.Preset.Id switch
    {
        // Codex 0.55 reads the variable and leaves the setting alone; newer ones read the setting and leave the variable alone.
        AgentPreset.CodexId => Line(shell, [("OPENAI_API_KEY", key ?? Placeholder), ("OPENAI_BASE_URL", url)], $"codex -c {Setting(shell, url)}{(flow.Model is { } model ? $" --model {model}" : "")}"),
        AgentPreset.ClaudeCodeId => Line(shell, ClaudeVariables(flow, url, key), "claude"),
        _ => Line(shell, flow.Shape == ApiShape.Messages
            ? [("ANTHROPIC_BASE_URL", url), ("ANTHROPIC_AUTH_TOKEN", key ?? Placeholder)]
            : [("OPENAI_BASE_URL", url), ("OPENAI_API_KEY", key ?? Placeholder)], "your-program"),
    };

    /// <summary>Files that make the setting last, with what goes into each.</summary>
    public static IReadOnlyList<(string File, string Text)> Files(ConnectedFlow flow, string url, string? key) => flow.Preset.Id switch
    {
        AgentPreset.CodexId => [("~/.codex/config.toml", $"openai_base_url = \"{url}\"{(flow.Model is { } model ? $"\nmodel = \"{model}\"" : "")}")],
        AgentPreset.ClaudeCodeId =>
        [
            ("~/.claude/settings.json", $$"""
                {
                  "apiKeyHelper": "~/.claude/anthropic_key.sh",
                  "env": {
                    "ANTHROPIC_BASE_URL": "{{url}}"{{(flow.Model is { } model ? $",\n    \"ANTHROPIC_MODEL\": \"{model}\"" : "")}}
                  }
                }
                """),
            ("~/.claude/anthropic_key.sh", $"echo \"{key ?? "x"}\""),
            ("Make it executable", "chmod +x ~/.claude/anthropic_key.sh"),
        ],
        _ => [],
    };

    /// <summary>One call with curl.</summary>
    public static string Curl(ConnectedFlow flow, string url, string? key)
    {
        var (path, body) = TestRequest.Of(flow);
        var authorization = flow.ConsumerId is null ? "" : $" \\\n  -H 'Authorization: Bearer {key ?? "YOUR_KEY"}'";
        return $"curl {url}{path} -H 'Content-Type: application/json'{authorization} \\\n  -d '{body}'";
    }

    private static List<(string, string)> ClaudeVariables(ConnectedFlow flow, string url, string? key)
    {
        List<(string, string)> variables = [("ANTHROPIC_BASE_URL", url), ("ANTHROPIC_AUTH_TOKEN", key ?? Placeholder)];
        if (flow.Model is { } model)
        {
            variables.Add(("ANTHROPIC_MODEL", model));
        }

        return variables;
    }

    private static string Setting(Shell shell, string url) => shell.Id switch
    {
        // The quotes are TOML's and must reach Codex; each shell strips them in its own way.
        "cmd" => $"openai_base_url=\"\"\"{url}\"\"\"",
        "powershell" => $"openai_base_url='{url}'",
        _ => $"openai_base_url='\"{url}\"'",
    };

    private static string Line(Shell shell, IReadOnlyList<(string Name, string Value)> variables, string command) => shell.Id switch
    {
        "fish" => $"env {string.Join(' ', variables.Select(v => $"{v.Name}={v.Value}"))} {command}",
        "powershell" => $"{string.Join("; ", variables.Select(v => $"$env:{v.Name}='{v.Value}'"))}; {command}",
        "cmd" => $"{string.Join(" && ", variables.Select(v => $"set \"{v.Name}={v.Value}\""))} && {command}",
        _ => $"{string.Join(' ', variables.Select(v => $"{v.Name}={v.Value}"))} {command}",
    };
}
