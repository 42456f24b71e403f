namespace Gateway.Core.Plugins.AiProxy;

/// <summary>What <c>ai-proxy</c> and a target of <c>ai-proxy-advanced</c> have in common.</summary>
internal interface IModelTarget
{
    /// <summary>Such as <c>llm/v1/chat</c> or <c>preserve</c>.</summary>
    string RouteType { get; }

    ModelAuthConfig? Auth { get; }

    ModelConfig Model { get; }

    ModelLoggingConfig Logging { get; }
}
