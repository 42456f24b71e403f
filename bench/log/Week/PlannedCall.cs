using System.Text.Json.Nodes;

namespace Gateway.LogBench.Week;

/// <summary>One call of an agent: what it sends, what the provider answers, and what the log must say about it.</summary>
internal sealed record PlannedCall(int Number, string Session, DateTimeOffset At, string Path, string Model)
{
    public string Method { get; init; } = "POST";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public JsonObject? Body { get; init; }

    /// <summary><c>main</c>, <c>sub-agent</c> or <c>background</c>.</summary>
    public string Kind { get; init; } = "main";

    public Ending Ending { get; init; }

    /// <summary>Status that the client must see; of a client that leaves 499.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Whether it counts as an error of its session: no refused upgrade does.</summary>
    public bool IsError { get; init; }

    /// <summary>Whether it is a call of a model at all.</summary>
    public bool IsModel { get; init; } = true;

    /// <summary>Body of the provider's answer; of a stream that breaks off what comes before.</summary>
    public string Answer { get; init; } = "";

    public bool IsStream { get; init; } = true;

    /// <summary>Done when the agent has what comes before a stream breaks off: a connection that is reset takes along what nobody has read.</summary>
    public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As the log must count them.</summary>
    public Tokens Tokens { get; init; } = new();

    /// <summary>Null: no price is known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Called in the answer, in order.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>What the agent says in the answer.</summary>
    public string Says { get; init; } = "";
}
