namespace Gateway.Core.Llm.Providers;

/// <summary>Route types of the AI plugins: which API a target offers. The words are those of the configuration.</summary>
internal static class RouteTypes
{
    public const string Chat = "llm/v1/chat";
    public const string Completions = "llm/v1/completions";
    public const string Responses = "llm/v1/responses";
    public const string Embeddings = "llm/v1/embeddings";
    public const string Files = "llm/v1/files";
    public const string Batches = "llm/v1/batches";
    public const string Assistants = "llm/v1/assistants";
    public const string Speech = "audio/v1/audio/speech";
    public const string Transcriptions = "audio/v1/audio/transcriptions";
    public const string Translations = "audio/v1/audio/translations";
    public const string ImageGenerations = "image/v1/images/generations";
    public const string ImageEdits = "image/v1/images/edits";
    public const string VideoGenerations = "video/v1/videos/generations";
    public const string Realtime = "realtime/v1/realtime";
    public const string Preserve = "preserve";

    /// <summary>Whether requests carry prompts that are checked and a model that is resolved.</summary>
    public static bool IsText(string routeType) => routeType is Chat or Completions or Responses or Embeddings;

    /// <summary>Whether the body goes through as it is, without a look at model or prompts.</summary>
    public static bool IsOpaque(string routeType) => !IsText(routeType);

    /// <summary>Name of the collection for route types whose sub-resources (<c>/{id}</c>, <c>/{id}/cancel</c>) are served too; null for the others.</summary>
    public static string? CollectionOf(string routeType) => routeType switch
    {
        Responses => "responses",
        Files => "files",
        Batches => "batches",
        Assistants => "assistants",
        _ => null,
    };

    /// <summary>The OpenAI format of a route type; <see cref="LlmFormat.Unknown"/> where bodies are not looked into.</summary>
    public static LlmFormat FormatOf(string routeType) => routeType switch
    {
        Chat => LlmFormat.OpenAIChat,
        Completions => LlmFormat.OpenAICompletions,
        Responses => LlmFormat.OpenAIResponses,
        Embeddings => LlmFormat.OpenAIEmbeddings,
        _ => LlmFormat.Unknown,
    };
}
