namespace Gateway.E2E.Tutorials;

/// <summary>The Codex walkthrough: ai-proxy-advanced and request-transformer on one service, then the file log.</summary>
public sealed class CodexTutorial() : TutorialFixture("/tmp/file.json")
{
    protected override IReadOnlyList<string> StepFiles =>
    [
        "codex-1-entities.sh", "codex-2-ai-proxy-advanced.sh", "codex-3-request-transformer.sh", "codex-4-ping.sh", "codex-5-file-log.sh",
    ];
}
