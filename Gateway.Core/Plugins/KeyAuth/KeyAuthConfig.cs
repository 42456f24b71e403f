using Gateway.Core.Plugins.Authentication;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins.KeyAuth;

/// <summary>Config of the plugin <c>key-auth</c>.</summary>
internal sealed record KeyAuthConfig : IAuthenticationConfig
{
    [Field("Names under which a key may stand, tried in order.", Required = true)]
    [Rule<HeaderNameRule>]
    public IReadOnlyList<string> KeyNames { get; init; } = ["apikey"];

    [Field("Look for the key in the headers.", Required = true)]
    public bool KeyInHeader { get; init; } = true;

    [Field("Look for the key in the query string.", Required = true)]
    public bool KeyInQuery { get; init; } = true;

    [Field("Look for the key in the body: JSON, a form, or multipart.", Required = true)]
    public bool KeyInBody { get; init; }

    [Field("Take the key out of the request before it goes upstream.", Required = true)]
    public bool HideCredentials { get; init; } = true;

    [Field("Consumer, by id or user name, that requests without a valid key go on as. Empty: they are refused.")]
    public string? Anonymous { get; init; }

    [Field("Whether OPTIONS requests need a key too.", Required = true)]
    public bool RunOnPreflight { get; init; } = true;

    [Field("Realm that the header WWW-Authenticate names when a request is refused.")]
    [Rule<OneLineRule>]
    public string? Realm { get; init; }

    [Field("Where consumers of Konnect come from.", Inert = true)]
    public IReadOnlyList<IdentityRealmConfig>? IdentityRealms { get; init; }

    [Field("Sign in with Kong Identity.", Inert = true)]
    public PrincipalsConfig? Principals { get; init; }
}

/// <summary>A source of consumers in Konnect.</summary>
internal sealed record IdentityRealmConfig
{
    [Field("Id of the realm.")]
    public string? Id { get; init; }

    [Field("Region of the realm.")]
    public string? Region { get; init; }

    [Field("Whether the consumers are those of the control plane or of the realm.")]
    [OneOf("cp", "realm")]
    public string Scope { get; init; } = "cp";
}
