namespace Gateway.Core.Llm.Codecs;

/// <summary>What is done with a trailing assistant message, which an OpenAI model does not continue.</summary>
internal enum PrefillMode
{
    Forward,
    Drop,

    /// <summary>Replaced by a user message that asks the model to begin with that text.</summary>
    Instruct,
}

/// <summary>Which ids of tool calls the target accepts.</summary>
internal enum ToolIdStyle
{
    /// <summary>At most 40 characters, not empty.</summary>
    OpenAI,

    /// <summary>Exactly nine of <c>[A-Za-z0-9]</c>.</summary>
    Mistral,
}

/// <summary>The upstream side of a translation: who serves, which model, and the peculiarities of that target.</summary>
internal sealed record CodecTarget
{
    /// <summary>Provider as configured: <c>openai</c>, <c>azure</c>, <c>anthropic</c>, <c>mistral</c>…</summary>
    public required string Provider { get; init; }

    /// <summary>The model as the upstream knows it; null: the request's own.</summary>
    public string? Model { get; init; }

    /// <summary>Options of the configuration.</summary>
    public LlmOptions Options { get; init; } = LlmOptions.None;

    /// <summary>Whether to ask the upstream for a stream; null: as the client asks. False for a target that cannot stream.</summary>
    public bool? Stream { get; init; }

    /// <summary>Whether streams ask for usage (<c>stream_options.include_usage</c>); false for targets that refuse the member.</summary>
    public bool IncludeUsage { get; init; } = true;

    /// <summary>Whether the model is one of those that reason first and refuse sampling members; null: by its name and provider.</summary>
    public bool? IsReasoningModel { get; init; }

    /// <summary>Raises a smaller output limit of the request; null: as asked.</summary>
    public long? MinOutputTokens { get; init; }

    /// <summary>Lowers a greater output limit of the request to what the model can do; null: not known.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Output limit for Anthropic upstreams when neither side names one.</summary>
    public long DefaultMaxTokens { get; init; } = 4096;

    public PrefillMode Prefill { get; init; }

    public ToolIdStyle ToolIds { get; init; }

    /// <summary>System text goes into a <c>developer</c> message.</summary>
    public bool UseDeveloperRole { get; init; }

    /// <summary>Whether PDF parts are accepted; false: a text takes their place.</summary>
    public bool AcceptsFiles { get; init; } = true;

    public bool AcceptsFileUrls { get; init; }

    /// <summary>Whether <c>top_k</c> is known (vLLM, Ollama).</summary>
    public bool AcceptsTopK { get; init; }

    /// <summary>Whether <c>parallel_tool_calls</c> is known.</summary>
    public bool AcceptsParallelToolCalls { get; init; } = true;

    /// <summary>Whether <c>user</c> is known.</summary>
    public bool AcceptsUser { get; init; } = true;

    /// <summary>The word for a forced choice of any tool: <c>required</c>, Mistral says <c>any</c>.</summary>
    public string AnyToolChoice { get; init; } = "required";

    /// <summary>Two messages of one role in a row are merged.</summary>
    public bool RequiresAlternation { get; init; }

    /// <summary>Cache breakpoints are kept on text parts (targets that speak Claude through an OpenAI format).</summary>
    public bool KeepsCacheControl { get; init; }

    /// <summary>Reasoning of earlier turns goes back as <c>reasoning_content</c>.</summary>
    public bool SendsReasoningBack { get; init; }

    /// <summary>Reasoning text of the answer is shown to the client even where it did not ask for thinking.</summary>
    public bool ShowsReasoning { get; init; }

    /// <summary>Longest tool description in characters; longer ones are cut. Null: no limit.</summary>
    public int? MaxToolDescriptionLength { get; init; }

    /// <summary>Anthropic upstreams: whether <c>output_config.format</c> is supported; else a forced tool takes its place.</summary>
    public bool AcceptsOutputFormat { get; init; }

    /// <summary>Whether anything that a translation would drop is refused with 400 instead.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Whether <see cref="Model"/> reasons first, by flag or by name.</summary>
    public bool IsReasoning(string? model) => IsReasoningModel ?? ReasoningModels.IsMatch(Provider, model);

    /// <summary>A target with the known peculiarities of its provider.</summary>
    public static CodecTarget For(string provider, string? model)
    {
        var target = new CodecTarget { Provider = provider, Model = model };
        return provider switch
        {
            "azure" => target with { MaxToolDescriptionLength = 1024 },
            "mistral" => target with
            {
                ToolIds = ToolIdStyle.Mistral,
                AnyToolChoice = "any",
                IncludeUsage = false,
                AcceptsUser = false,
                RequiresAlternation = true,
            },
            "vllm" => target with { AcceptsTopK = true },
            "ollama" or "llama2" => target with { AcceptsTopK = true, AcceptsParallelToolCalls = false, AcceptsFiles = false },
            "databricks" => target with { IncludeUsage = false, AcceptsFiles = false },
            "deepseek" or "cerebras" or "dashscope" or "xai" => target with { AcceptsFiles = false },
            _ => target,
        };
    }
}
