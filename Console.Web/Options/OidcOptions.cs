using System.Collections.Frozen;
using ConsoleWeb.Auth;

namespace ConsoleWeb.Options;

/// <summary>Sign-in through an OpenID provider, section <c>Gateway:Console:Oidc</c>; without an authority there is none.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Gateway:Console:Oidc";

    private const string DefaultRoleClaim = "roles";

    private static readonly string[] DefaultScopes = ["openid", "profile", "email"];

    private static readonly string[] Keys =
    [
        nameof(Authority), nameof(ClientId), nameof(ClientSecret), nameof(DisplayName), nameof(Scopes), nameof(RoleClaim), nameof(RoleMap),
        nameof(DefaultRole), nameof(AutoCreate), nameof(LinkVerifiedEmail), nameof(RequireHttpsMetadata), nameof(PublicUrl),
    ];

    /// <summary>The provider's address; its metadata is below <c>/.well-known/openid-configuration</c>.</summary>
    public required Uri Authority { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The secret or a reference such as <c>{vault://file/oidc}</c>; null: a client without one.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What the sign-in page calls the provider. Default: the authority's host.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the provider is asked for, <c>openid</c> among it. Default <c>openid profile email</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = DefaultScopes;

    /// <summary>The claim that <see cref="RoleMap"/> reads; dots lead into objects, as in <c>realm_access.roles</c>. Default <c>roles</c>.</summary>
    public string RoleClaim { get; init; } = DefaultRoleClaim;

    /// <summary>Values of the claim and the role that each gives. Empty: roles are given in the console.</summary>
    public FrozenDictionary<string, string> RoleMap { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The role of someone to whom the map gives none; null: they are refused.</summary>
    public string? DefaultRole { get; init; }

    /// <summary>Whether someone unknown gets an account. Default true.</summary>
    public bool AutoCreate { get; init; } = true;

    /// <summary>Whether someone may take over the account whose user name is their e-mail address, verified by the provider. Default false.</summary>
    public bool LinkVerifiedEmail { get; init; }

    /// <summary>Whether the provider must be called over https. Default true.</summary>
    public bool RequireHttpsMetadata { get; init; } = true;

    /// <summary>How browsers call the console, where a proxy in front ends TLS; null: as they call it.</summary>
    public Uri? PublicUrl { get; init; }

    /// <returns>Null when none is set up or a fault was found.</returns>
    public static OidcOptions? Read(IConfiguration configuration, ICollection<string> faults)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists())
        {
            return null;
        }

        var before = faults.Count;
        foreach (var unknown in section.GetChildren().Where(c => !Keys.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add($"{Shown(unknown.Key)}: there is no such setting; there are {string.Join(", ", Keys)}");
        }

        var requireHttps = Boolean(section, nameof(RequireHttpsMetadata), true, faults);
        var authority = Address(section, nameof(Authority), "https://login.example.com", faults);
        if (authority is null && string.IsNullOrEmpty(section[nameof(Authority)]))
        {
            faults.Add($"{Shown(nameof(Authority))}: is missing; set it to the provider's address, such as https://login.example.com, or remove all of {Section.Replace(":", "__", StringComparison.Ordinal)}");
        }
        else if (authority?.Scheme == Uri.UriSchemeHttp && requireHttps)
        {
            faults.Add($"{Shown(nameof(Authority))}: '{authority}' is not https; use https, or on a trusted network set {Shown(nameof(RequireHttpsMetadata))}=false");
        }

        if (string.IsNullOrWhiteSpace(section[nameof(ClientId)]))
        {
            faults.Add($"{Shown(nameof(ClientId))}: is missing; register this console at the provider and set the id that it gives");
        }

        var options = new OidcOptions
        {
            Authority = authority ?? new Uri("https://localhost"),
            ClientId = section[nameof(ClientId)] ?? "",
            ClientSecret = section[nameof(ClientSecret)] is { Length: > 0 } secret ? secret : null,
            DisplayName = section[nameof(DisplayName)] is { Length: > 0 } name ? name : authority?.Host ?? "",
            Scopes = List(section.GetSection(nameof(Scopes)), ' ', ',').ToList() is { Count: > 0 } scopes ? [.. scopes.Union(DefaultScopes[..1])] : DefaultScopes,
            RoleClaim = section[nameof(RoleClaim)] is { Length: > 0 } claim ? claim : DefaultRoleClaim,
            RoleMap = Map(section.GetSection(nameof(RoleMap)), faults),
            DefaultRole = section[nameof(DefaultRole)] is { Length: > 0 } role && !role.Equals("none", StringComparison.OrdinalIgnoreCase) ? Role(role, nameof(DefaultRole), faults) : null,
            AutoCreate = Boolean(section, nameof(AutoCreate), true, faults),
            LinkVerifiedEmail = Boolean(section, nameof(LinkVerifiedEmail), false, faults),
            RequireHttpsMetadata = requireHttps,
            PublicUrl = Address(section, nameof(PublicUrl), "https://console.example.com", faults),
        };
        if (faults.Count == before && options is { AutoCreate: true, RoleMap.Count: 0, DefaultRole: null })
        {
            faults.Add($"{Shown(nameof(RoleMap))}: nobody new would get a role; set {Shown(nameof(RoleMap))}__Admin to a value of the claim '{options.RoleClaim}', or {Shown(nameof(DefaultRole))}=Viewer");
        }

        return faults.Count == before ? options : null;
    }

    /// <summary>Roles are the keys, because values of claims may hold what the name of a variable cannot.</summary>
    private static FrozenDictionary<string, string> Map(IConfigurationSection section, ICollection<string> faults)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        // From the weakest role on, so that a value named twice gives the stronger one.
        foreach (var entry in section.GetChildren().OrderBy(c => Rank(c.Key)))
        {
            if (Role(entry.Key, $"{nameof(RoleMap)}__{entry.Key}", faults) is { } role)
            {
                foreach (var value in List(entry, ','))
                {
                    map[value] = role;
                }
            }
        }

        return map.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static int Rank(string role) => Roles.All.TakeWhile(r => !r.Equals(role, StringComparison.OrdinalIgnoreCase)).Count();

    private static string? Role(string text, string key, ICollection<string> faults)
    {
        var role = Roles.All.FirstOrDefault(r => r.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (role is null)
        {
            faults.Add($"{Shown(key)}: '{text}' is not one of {string.Join(", ", Roles.All)}");
        }

        return role;
    }

    /// <summary>Either one text with separators or numbered entries, whose text may hold them.</summary>
    private static IEnumerable<string> List(IConfigurationSection section, params char[] separators) =>
        section.Value is { } text
            ? text.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : section.GetChildren().Select(c => c.Value ?? "").Where(v => v.Length > 0);

    private static bool Boolean(IConfigurationSection section, string key, bool fallback, ICollection<string> faults)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        faults.Add($"{Shown(key)}: '{text}' is neither true nor false");
        return fallback;
    }

    private static Uri? Address(IConfigurationSection section, string key, string example, ICollection<string> faults)
    {
        if (section[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp))
        {
            return url;
        }

        faults.Add($"{Shown(key)}: '{text}' is not an address such as {example}");
        return null;
    }

    private static string Shown(string key) => $"{Section}:{key}".Replace(":", "__", StringComparison.Ordinal);
}
