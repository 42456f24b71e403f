namespace ConsoleWeb.Data.Entities;

/// <summary>One row of the audit log. Never changed; each is bound to the one before by <see cref="Hash"/>.</summary>
internal sealed class AuditEntry
{
    /// <summary>Without gaps, from 1.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What was done: <c>config.change</c>, <c>sign-in</c>, <c>token.create</c>…</summary>
    public required string Action { get; init; }

    /// <summary>Name of the user or token.</summary>
    public required string Actor { get; init; }

    /// <summary><c>console</c>, <c>admin-api</c>, <c>deck</c>, <c>import</c>, <c>command-line</c>, <c>system</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Network address of the caller; null: not known.</summary>
    public string? Address { get; init; }

    /// <summary>Null: no token was used.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>What it was done to: the summary of a change, a token's name, the id of a request.</summary>
    public string? Target { get; init; }

    /// <summary><c>ok</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>More, as JSON without secrets.</summary>
    public string? Details { get; init; }

    /// <summary>HMAC-SHA-256 over the hash of the row before and everything above.</summary>
    public byte[] Hash { get; set; } = [];
}
