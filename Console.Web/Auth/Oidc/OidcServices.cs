using ConsoleWeb.Options;
using Gateway.Core.Secrets;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ConsoleWeb.Auth.Oidc;

/// <summary>Registers and maps sign-in through an OpenID provider.</summary>
internal static class OidcServices
{
    /// <param name="options">Null: none is set up.</param>
    public static IServiceCollection AddOidcSignIn(this IServiceCollection services, OidcOptions? options)
    {
        services.AddSingleton(new OidcProvider(options));
        if (options is null)
        {
            return services;
        }

        services.AddSingleton(options);
        services.AddSingleton<ExternalAccounts>();
        services.AddSingleton<OidcSignIn>();
        services.AddScoped<OidcEvents>();
        services.AddHostedService<OidcCheck>();
        services.AddAuthentication().AddOpenIdConnect(OidcSignIn.Scheme, options.DisplayName, oidc => Configure(oidc, options));
        services.AddOptions<OpenIdConnectOptions>(OidcSignIn.Scheme).Configure<ISecretResolver>((oidc, secrets) =>
            oidc.ClientSecret = Secret(options, secrets));
        return services;
    }

    public static void MapOidcSignIn(this WebApplication app)
    {
        if (app.Services.GetRequiredService<OidcProvider>().Options is not null)
        {
            app.MapGet(OidcSignIn.Path, (HttpContext http, OidcSignIn oidc, string? returnUrl, bool? ask) => oidc.BeginAsync(http, returnUrl, ask ?? false)).AllowAnonymous();
        }
    }

    /// <returns>Null for a client without one, and when the reference leads nowhere.</returns>
    internal static string? Secret(OidcOptions options, ISecretResolver secrets) =>
        options.ClientSecret is { } secret && VaultReference.IsReference(secret) ? secrets.Resolve(secret) : options.ClientSecret;

    private static void Configure(OpenIdConnectOptions oidc, OidcOptions options)
    {
        oidc.Authority = options.Authority.AbsoluteUri;
        oidc.RequireHttpsMetadata = options.RequireHttpsMetadata;
        oidc.ClientId = options.ClientId;
        oidc.CallbackPath = OidcSignIn.CallbackPath;
        oidc.ResponseType = OpenIdConnectResponseType.Code;
        // A redirect, not a form: the two cookies below may then stay Lax, which works without TLS as well.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        oidc.UsePkce = true;
        oidc.MapInboundClaims = false;
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.SaveTokens = false;
        oidc.BackchannelTimeout = TimeSpan.FromSeconds(10);
        oidc.EventsType = typeof(OidcEvents);
        oidc.Scope.Clear();
        foreach (var scope in options.Scopes)
        {
            oidc.Scope.Add(scope);
        }

        foreach (var claim in new[] { "preferred_username", "name", "email", "email_verified", options.RoleClaim, options.RoleClaim.Split('.')[0] }.Distinct())
        {
            oidc.ClaimActions.Add(new UserInfoClaim(claim));
        }

        foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }
    }
}
