using System.Globalization;
using System.Web;

namespace ConsoleWeb.Features.Connect;

/// <summary>What a person has chosen so far. Everything but the key stands in the address, so that a reload continues.</summary>
internal sealed record ConnectDraft
{
    /// <summary>The names of the published tutorial for Claude Code.</summary>
    private const string TutorialStem = "example", TutorialPath = "/anything", TutorialUrl = "http://httpbin.konghq.com/anything";

    public required AgentPreset Preset { get; init; }

    public string Provider { get; init; } = "openai";

    /// <summary>What the client speaks; only another client has a choice.</summary>
    public ApiShape Shape { get; init; }

    public string Path { get; init; } = "";

    public string ServiceName { get; init; } = "";

    public string RouteName { get; init; } = "";

    /// <summary>Whether the plugins apply to all traffic instead of to this service.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The model that answers whatever is asked for; empty: each request's own.</summary>
    public string Model { get; init; } = "";

    public bool LogPayloads { get; init; }

    /// <summary>File that file-log writes; empty: none.</summary>
    public string LogFile { get; init; } = "";

    public int MaxBody { get; init; }

    /// <summary>Whether the route asks for a key of the gateway's own, kept by a consumer.</summary>
    public bool RequiresKey { get; init; }

    /// <summary>Whether nothing but the chosen model can be sent: Claude Code names models that no other provider has.</summary>
    public bool NeedsModel => Shape == ApiShape.Messages && Provider != "anthropic";

    public string ServiceUrl => Path == TutorialPath && ServiceName.StartsWith(TutorialStem, StringComparison.Ordinal) ? TutorialUrl : "http://localhost";

    public string Consumer => RouteName.EndsWith("-route", StringComparison.Ordinal) ? RouteName[..^"-route".Length] : RouteName;

    /// <summary>A new draft with names that nobody has.</summary>
    public static ConnectDraft New(AgentPreset preset, ConnectNames names)
    {
        var draft = new ConnectDraft
        {
            Preset = preset,
            Shape = preset.Shape,
            LogFile = preset.LogFile,
            MaxBody = preset.MaxBody,
        };
        return draft.Named(preset.Stem, "/" + preset.Stem, names).WithProvider("openai");
    }

    /// <summary>The same for another provider; a model that was only proposed follows it.</summary>
    public ConnectDraft WithProvider(string provider)
    {
        var next = this with { Provider = provider };
        var wasProposed = Model.Length == 0 || Model == ConnectModels.Usual(Provider);
        return wasProposed ? next with { Model = next.NeedsModel ? ConnectModels.Usual(provider) : "" } : next;
    }

    public ConnectDraft WithShape(ApiShape shape)
    {
        var provider = AgentPreset.ProvidersOf(shape).Any(p => p.Id == Provider) ? Provider : "openai";
        return (this with { Shape = shape }).WithProvider(provider);
    }

    /// <summary>The scope of all traffic is the tutorial's for Claude Code, and takes its names along where they were not changed.</summary>
    public ConnectDraft WithScope(bool isGlobal, ConnectNames names)
    {
        var next = this with { IsGlobal = isGlobal };
        return Preset.Id != AgentPreset.ClaudeCodeId ? next
            : isGlobal && ServiceName.StartsWith(Preset.Stem, StringComparison.Ordinal) ? next.Named(TutorialStem, TutorialPath, names)
            : !isGlobal && ServiceName.StartsWith(TutorialStem, StringComparison.Ordinal) ? next.Named(Preset.Stem, "/" + Preset.Stem, names)
            : next;
    }

    public string ToQuery(ConnectDraft beside)
    {
        var query = HttpUtility.ParseQueryString("");
        void Add(string name, string value, string usual)
        {
            if (value != usual)
            {
                query[name] = value;
            }
        }

        Add("provider", Provider, beside.Provider);
        Add("api", Shape.ToString().ToLowerInvariant(), beside.Shape.ToString().ToLowerInvariant());
        Add("path", Path, beside.Path);
        Add("service", ServiceName, beside.ServiceName);
        Add("route", RouteName, beside.RouteName);
        Add("scope", IsGlobal ? "global" : "service", beside.IsGlobal ? "global" : "service");
        Add("model", Model, (beside with { Shape = Shape }).WithProvider(Provider).Model);
        Add("payloads", LogPayloads ? "1" : "0", beside.LogPayloads ? "1" : "0");
        Add("file", LogFile, beside.LogFile);
        Add("size", MaxBody.ToString(CultureInfo.InvariantCulture), beside.MaxBody.ToString(CultureInfo.InvariantCulture));
        Add("key", RequiresKey ? "1" : "0", beside.RequiresKey ? "1" : "0");
        return query.ToString() ?? "";
    }

    /// <summary>The draft that an address describes; what it does not say, or says wrongly, is as in a new one.</summary>
    public static ConnectDraft FromQuery(string query, ConnectDraft usual)
    {
        var values = HttpUtility.ParseQueryString(query);
        var draft = usual;
        draft = Enum.TryParse<ApiShape>(values["api"], ignoreCase: true, out var shape) && Enum.IsDefined(shape) && usual.Preset.Id == AgentPreset.OtherId ? draft.WithShape(shape) : draft;
        draft = AgentPreset.ProvidersOf(draft.Shape).Any(p => p.Id == values["provider"]) ? draft.WithProvider(values["provider"]!) : draft;
        return draft with
        {
            Path = values["path"] ?? draft.Path,
            ServiceName = values["service"] ?? draft.ServiceName,
            RouteName = values["route"] ?? draft.RouteName,
            IsGlobal = values["scope"] == "global",
            Model = values["model"] ?? draft.Model,
            LogPayloads = values["payloads"] == "1",
            LogFile = values["file"] ?? draft.LogFile,
            MaxBody = int.TryParse(values["size"], CultureInfo.InvariantCulture, out var size) && size > 0 ? size : draft.MaxBody,
            RequiresKey = values["key"] == "1",
        };
    }

    private ConnectDraft Named(string stem, string path, ConnectNames names)
    {
        var free = names.FreeStem(stem, path);
        return this with { ServiceName = $"{free}-service", RouteName = $"{free}-route", Path = path + free[stem.Length..] };
    }
}

/// <summary>A model of each provider that will do for a first try.</summary>
internal static class ConnectModels
{
    public static string Usual(string? provider) => provider switch
    {
        "anthropic" => "claude-sonnet-4-5",
        "openai" => "gpt-5-mini",
        "mistral" => "mistral-small-latest",
        "deepseek" => "deepseek-chat",
        "xai" => "grok-4",
        "cerebras" => "llama-3.3-70b",
        "dashscope" => "qwen-plus",
        _ => "MODEL",
    };
}
