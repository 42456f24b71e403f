using Gateway.Shared.Logging;
using Gateway.Testing.Faults;

namespace Gateway.Core.Tests.Faults;

/// <summary>What a client gets of a call that went wrong.</summary>
internal enum Shape
{
    /// <summary>The upstream's status and body, byte for byte.</summary>
    Same,

    /// <summary>The whole answer in the client's own format.</summary>
    Translated,

    /// <summary>An error of the gateway, in the client's own format.</summary>
    Error,

    /// <summary>The upstream's error in the client's own format.</summary>
    ForwardedError,

    /// <summary>The beginning of the answer, and then a connection that breaks: nobody can take it for whole.</summary>
    Cut,

    /// <summary>The beginning of the answer, an error event, and no end mark.</summary>
    ErrorEvent,

    /// <summary>Cut when the answer had begun, an error when it had not: which of them is a matter of microseconds.</summary>
    CutOrError,
}

/// <param name="Status">Of the client's answer; of an error when the answer may have begun.</param>
/// <param name="Body">What must have arrived; null: the upstream's good answer.</param>
internal sealed record Expected(Shape Shape, int Status, RequestOutcome Outcome, string? Detail = null, byte[]? Body = null)
{
    public static Expected Whole(Way way) => new(way.IsTranslated ? Shape.Translated : Shape.Same, 200, RequestOutcome.Ok);

    public static Expected Error(int status, string detail) => new(Shape.Error, status, status == 504 ? RequestOutcome.UpstreamTimeout : RequestOutcome.UpstreamError, detail);

    /// <summary>The answer stops in its middle.</summary>
    public static Expected Broken(Way way, RequestOutcome outcome = RequestOutcome.UpstreamCut, string detail = "truncated") =>
        new(way.PassesParts ? way.IsTranslated ? Shape.ErrorEvent : Shape.Cut : Shape.Error, outcome == RequestOutcome.UpstreamTimeout ? 504 : 502, outcome, detail);
}

/// <summary>Something that an upstream does wrong, and what comes of it.</summary>
internal sealed record FaultRow(string Name, Func<Way, FaultScript?> Script, Func<Way, Expected> Expected)
{
    public string Place { get; init; } = FaultLab.Normal;

    /// <summary>How often the upstream is called.</summary>
    public int Calls { get; init; } = 1;

    /// <summary>Further header lines of the client's request.</summary>
    public string[] Lines { get; init; } = [];

    /// <summary>The ways on which the fault can happen.</summary>
    public Func<Way, bool> IsPossible { get; init; } = _ => true;

    /// <summary>What else must hold.</summary>
    public Action<Way, WireAnswer?, RequestRecord>? Check { get; init; }
}
