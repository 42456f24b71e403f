using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.RequestTermination;

/// <summary>Config of the plugin <c>request-termination</c>: a text in the gateway's own form, a body as it is, or an echo.</summary>
internal sealed record RequestTerminationConfig : IPluginConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Custom("A message and a body exclude each other.", context =>
        {
            if (context.IsSet("message") && (context.IsSet("content_type") || context.IsSet("body")))
            {
                context.FailRecord("message cannot be used with content_type or body");
            }
        }),
        EntityCheck.Custom("A content type needs a body.", context =>
        {
            if (context.IsSet("content_type") && !context.IsSet("body"))
            {
                context.FailRecord("content_type requires a body");
            }
        }),
        EntityCheck.Custom("An echo has a body of its own.", context =>
        {
            if (context.Text("echo") == "true" && (context.IsSet("content_type") || context.IsSet("body")))
            {
                context.FailRecord("echo cannot be used with content_type and body");
            }
        }),
    ];

    [Field("Status of the answer.")]
    [Between(100, 599)]
    public int StatusCode { get; init; } = 503;

    [Field("Text of the answer, in the gateway's own form. Empty: the usual text of the status.")]
    public string? Message { get; init; }

    [Field("Type of the body.")]
    [Rule<OneLineRule>]
    public string? ContentType { get; init; }

    [Field("Body of the answer, sent as it is.", Multiline = true)]
    public string? Body { get; init; }

    [Field("Answer with a copy of the request, to see what arrives here.")]
    public bool Echo { get; init; }

    [Field("Header or query parameter that a request must have to be answered; others pass.")]
    [Rule<HeaderNameRule>]
    public string? Trigger { get; init; }
}
