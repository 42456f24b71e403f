using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RequestTransformer;

/// <summary>
/// Config of the plugin <c>request-transformer</c>. Entries are names, <c>old:new</c> or <c>name:value</c>; the name ends at the first
/// colon.
/// </summary>
internal sealed record RequestTransformerConfig : IPluginConfig
{
    [Field("Method sent upstream instead of the client's, in upper case.")]
    [Rule<HttpMethodRule>]
    public string? HttpMethod { get; init; }

    [Field("What is taken out, by name.")]
    public RemoveConfig Remove { get; init; } = new();

    [Field("What gets another name, as old:new.")]
    public RenameConfig Rename { get; init; } = new();

    [Field("What gets another value when it is there, as name:value.")]
    public ReplaceConfig Replace { get; init; } = new();

    [Field("What is added when it is not there, as name:value.")]
    public AddConfig Add { get; init; } = new();

    [Field("What gets a further value, as name:value.")]
    public AddConfig Append { get; init; } = new();
}

/// <summary>Names to take out.</summary>
internal sealed record RemoveConfig
{
    [Field("Members of the body.")]
    public IReadOnlyList<string> Body { get; init; } = [];

    [Field("Headers.")]
    [Rule<HeaderEntryRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Query parameters.")]
    public IReadOnlyList<string> Querystring { get; init; } = [];
}

/// <summary>Names to change, as <c>old:new</c>.</summary>
internal sealed record RenameConfig
{
    [Field("Members of the body.")]
    [Rule<EntryRule>]
    public IReadOnlyList<string> Body { get; init; } = [];

    [Field("Headers.")]
    [Rule<RenamedHeaderRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Query parameters.")]
    [Rule<EntryRule>]
    public IReadOnlyList<string> Querystring { get; init; } = [];
}

/// <summary>Values to change, as <c>name:value</c>, and the path.</summary>
internal sealed record ReplaceConfig
{
    [Field("Members of the body.")]
    [Rule<EntryRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Body { get; init; } = [];

    [Field("Headers.")]
    [Rule<HeaderEntryRule>]
    [Rule<OneLineRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Query parameters.")]
    [Rule<EntryRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Querystring { get; init; } = [];

    [Field("Path sent upstream, beginning with a slash.")]
    [Rule<TemplateRule>]
    public string? Uri { get; init; }
}

/// <summary>Values to add, as <c>name:value</c>.</summary>
internal sealed record AddConfig
{
    [Field("Members of the body.")]
    [Rule<EntryRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Body { get; init; } = [];

    [Field("Headers.")]
    [Rule<HeaderEntryRule>]
    [Rule<OneLineRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Headers { get; init; } = [];

    [Field("Query parameters.")]
    [Rule<EntryRule>]
    [Rule<TemplateRule>]
    public IReadOnlyList<string> Querystring { get; init; } = [];
}
