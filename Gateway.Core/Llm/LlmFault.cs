using Gateway.Shared.Results;

namespace Gateway.Core.Llm;

/// <summary>Why a request or an answer could not be read or translated.</summary>
/// <param name="Status">HTTP status for the client: 400 for requests, 502 for answers.</param>
/// <param name="Message">The text for the client; names members, never their values.</param>
internal sealed record LlmFault(int Status, string Message) : Error(Message)
{
    /// <summary>The machine-readable code of OpenAI error bodies (<c>unsupported_parameter</c>); null for none.</summary>
    public string? Code { get; init; }
}
