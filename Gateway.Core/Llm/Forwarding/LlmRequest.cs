using Gateway.Core.Llm.Json;

namespace Gateway.Core.Llm.Forwarding;

/// <summary>A client's call as read once. Never changes; every attempt makes its own upstream request from it.</summary>
internal sealed class LlmRequest
{
    /// <summary>Format of the client's body; <see cref="LlmFormat.Unknown"/> when it passes unread.</summary>
    public required LlmFormat ClientFormat { get; init; }

    /// <summary>The whole decoded body; empty when there is none.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where the members of the body are; default when <see cref="IsScanned"/> is false.</summary>
    public LlmRequestScan Scan { get; init; }

    /// <summary>Whether the body is a JSON object whose members are known.</summary>
    public bool IsScanned { get; init; }

    /// <summary>Whether the client gets a stream.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether the client's <c>stream</c> member must be set, because the configuration says <c>always</c>.</summary>
    public bool ForcesStream { get; init; }

    /// <summary>Model named in the body; null when none.</summary>
    public string? RequestedModel => IsScanned ? Scan.Model : null;

    /// <summary>Models of the targets for this request; null where none is configured.</summary>
    public required string?[] TargetModels { get; init; }

    /// <summary>Sub-resource below the route type's path.</summary>
    public string Remainder { get; init; } = "";

    /// <summary>Whether the body was changed on the way in (decompressed, form turned into JSON), so that its content type is JSON now.</summary>
    public bool IsRebuilt { get; init; }

    /// <summary>Whether this is a model call that counts in usage.</summary>
    public bool IsModelCall { get; init; } = true;

    /// <summary>Timestamp from which the latencies of the model are measured: just after parsing.</summary>
    public required long StartTimestamp { get; init; }
}
