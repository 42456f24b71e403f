using Gateway.Core.Plugins.Authentication;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.Jwt;

/// <summary>Config of the plugin <c>jwt</c>.</summary>
internal sealed record JwtConfig : IAuthenticationConfig
{
    public static IReadOnlyList<EntityCheck> Checks =>
    [
        EntityCheck.Custom("A maximum_expiration needs exp among claims_to_verify.", context =>
        {
            if (context.Text("maximum_expiration") is not (null or "0") && !context.Texts("claims_to_verify").Contains("exp"))
            {
                context.Fail("claims_to_verify", "must contain: exp");
                context.FailRecord("failed conditional validation given value of field 'maximum_expiration'");
            }
        }),
    ];

    [Field("Query parameters that may carry a token.", Required = true)]
    public IReadOnlyList<string> UriParamNames { get; init; } = ["jwt"];

    [Field("Cookies that may carry a token.")]
    public IReadOnlyList<string> CookieNames { get; init; } = [];

    [Field("Headers that may carry a token, after the word Bearer.", Required = true)]
    [Rule<HeaderNameRule>]
    public IReadOnlyList<string> HeaderNames { get; init; } = ["authorization"];

    [Field("Claim, or member of the token's header, that names the consumer's key.", Required = true)]
    public string KeyClaimName { get; init; } = "iss";

    [Field("Whether the secrets of credentials are the real ones in base64.", Required = true)]
    public bool SecretIsBase64 { get; init; }

    [Field("Times of a token that are checked: when it ends, when it begins.")]
    [OneOf("exp", "nbf")]
    public IReadOnlyList<string>? ClaimsToVerify { get; init; }

    [Field("Seconds from now that a token may be valid at most; 0: any time.")]
    [Between(0, 31536000)]
    public double MaximumExpiration { get; init; }

    [Field("Consumer, by id or user name, that requests without a valid token go on as. Empty: they are refused.")]
    public string? Anonymous { get; init; }

    [Field("Whether OPTIONS requests need a token too.", Required = true)]
    public bool RunOnPreflight { get; init; } = true;

    [Field("Realm that the header WWW-Authenticate names when a request is refused.")]
    [Rule<OneLineRule>]
    public string? Realm { get; init; }
}
