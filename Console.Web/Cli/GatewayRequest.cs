using ConsoleWeb.Cli.Output;
using ConsoleWeb.Cli.Wire;

namespace ConsoleWeb.Cli;

/// <summary>One call of a gateway word, flags and environment already read.</summary>
internal sealed record GatewayRequest
{
    public required ConnectionSettings Connection { get; init; }

    /// <summary>Files, directories or <c>-</c>; empty for standard input.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public string? Workspace { get; init; }

    public IReadOnlyList<string> SelectTags { get; init; } = [];

    public bool SkipConsumers { get; init; }

    public bool SkipCaCertificates { get; init; }

    /// <summary>Writes at one time. Default 10.</summary>
    public int Parallelism { get; init; } = 10;

    /// <summary>Exit code 2 when diff finds something.</summary>
    public bool NonZeroExitCode { get; init; }

    public bool NoMask { get; init; }

    public PrintOptions Print { get; init; } = new();

    /// <summary>File of dump; null or <c>-</c> for standard output.</summary>
    public string? OutputFile { get; init; }

    /// <summary><c>yaml</c> or <c>json</c>.</summary>
    public string Format { get; init; } = "yaml";

    public bool WithId { get; init; }

    public bool SkipDefaults { get; init; }

    /// <summary>No question is asked.</summary>
    public bool Yes { get; init; }
}
