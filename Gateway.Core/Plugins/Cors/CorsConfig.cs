using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Cors;

/// <summary>Config of the plugin <c>cors</c>.</summary>
internal sealed record CorsConfig : IPluginConfig
{
    [Field("Origins that may call: https://app.example, * for all, or a regular expression that matches the whole origin. Empty: all.")]
    [Rule<OriginRule>]
    public IReadOnlyList<string>? Origins { get; init; }

    [Field("Request headers that pages may send. Empty: those they ask for.")]
    [Rule<OneLineRule>]
    public IReadOnlyList<string>? Headers { get; init; }

    [Field("Response headers that pages may read.")]
    [Rule<OneLineRule>]
    public IReadOnlyList<string>? ExposedHeaders { get; init; }

    [Field("Methods that pages may use.")]
    [OneOf("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")]
    public IReadOnlyList<string> Methods { get; init; } = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

    [Field("Seconds for which browsers may keep the answer to a preflight.")]
    public double? MaxAge { get; init; }

    [Field("Let pages send cookies and credentials.")]
    public bool Credentials { get; init; }

    [Field("Let public pages call this gateway in a private network.")]
    public bool PrivateNetwork { get; init; }

    [Field("Send preflights on to the upstream and leave them to it.")]
    public bool PreflightContinue { get; init; }

    [Field("Add the headers also to answers to requests without an Origin.")]
    public bool AllowOriginAbsent { get; init; } = true;
}

/// <summary>An origin, <c>*</c>, or a regular expression for the linear-time engine.</summary>
internal sealed class OriginRule : IValueRule
{
    public string? Check(string text) =>
        OriginRules.IsLiteral(text) || text == "*" || RoutePattern.TryCompileWhole(text, out _, out _) ? null : $"'{text}' is not a valid regex";
}
