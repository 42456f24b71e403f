using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>How <see cref="SchemaNormaliser"/> treats a document.</summary>
public sealed record NormaliseOptions
{
    /// <summary>
    /// The stored document that the input changes (PATCH): absent fields stay, null resets to the default, lists are replaced whole,
    /// records merge field by field, maps key by key. Null: the input is the whole document.
    /// </summary>
    public JsonObject? Existing { get; init; }

    /// <summary>Generates ids, timestamps and keys that are absent. Off for validation without storing.</summary>
    public bool FillAuto { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where plugin and vault configs get their schema; null: such a config is taken as it is.</summary>
    public ISubSchemaSource? SubSchemas { get; init; }

    /// <summary>Dotted paths of members that are null in the document because their values stand elsewhere. Checks that look at them are left out.</summary>
    public IReadOnlyCollection<string> Elsewhere { get; init; } = [];

    /// <summary>Dotted path put in front of all error paths, such as <c>config</c>.</summary>
    public string PathPrefix { get; init; } = "";
}
