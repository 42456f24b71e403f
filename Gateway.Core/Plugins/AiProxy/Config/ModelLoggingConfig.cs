using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>What log records hold about a call to a model.</summary>
internal sealed record ModelLoggingConfig
{
    [Field("Record tokens, cost and timing of each call.")]
    public bool LogStatistics { get; init; }

    [Field("Record the conversation itself, and put it into traces.")]
    public bool LogPayloads { get; init; }
}
