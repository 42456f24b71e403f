using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.AiProxy;

/// <summary>A provider and one of its models.</summary>
internal sealed record ModelConfig
{
    [Field("Who serves the model.")]
    [OneOf(
        "anthropic",
        "azure",
        "bedrock",
        "cerebras",
        "cohere",
        "dashscope",
        "databricks",
        "deepseek",
        "gemini",
        "huggingface",
        "llama2",
        "mistral",
        "ollama",
        "openai",
        "vllm",
        "xai")]
    public required string Provider { get; init; }

    /// <summary>May hold templates such as <c>$(headers.x-model)</c>.</summary>
    [Field("The model. Empty: the one that the request names.")]
    public string? Name { get; init; }

    [Field("Name by which clients ask for this model.")]
    public string? ModelAlias { get; init; }

    [Field("Settings of the model and of the way to it.")]
    public ModelOptionsConfig? Options { get; init; }
}
