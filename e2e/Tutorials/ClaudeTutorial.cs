namespace Gateway.E2E.Tutorials;

/// <summary>The Claude Code walkthrough: a global ai-proxy that takes Messages and calls Chat Completions, and a global file log.</summary>
public sealed class ClaudeTutorial() : TutorialFixture("/tmp/claude.json")
{
    protected override IReadOnlyList<string> StepFiles => ["claude-1-entities.sh", "claude-2-ai-proxy.sh", "claude-3-file-log.sh"];
}
