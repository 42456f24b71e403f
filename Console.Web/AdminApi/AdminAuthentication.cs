using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ConsoleWeb.Audit;
using ConsoleWeb.Auth;
using ConsoleWeb.Features.Entities;

namespace ConsoleWeb.AdminApi;

/// <summary>
/// Finds out who calls the Admin API. Only tokens count: a cookie is never looked at, so no web page can make a signed-in browser call it.
/// </summary>
internal sealed class AdminAuthentication(TokenService tokens, TokenUse use, FailedAttempts failures, AuditLog audit, TimeProvider time, IConfiguration configuration)
{
    private const string AdminTokenHeader = "Kong-Admin-Token";

    /// <summary>Answers without a token, for whatever supervises the process; it tells nothing but ready or not.</summary>
    public const string ReadyPath = "/status/ready";

    /// <summary>A token that knocks at the same closed door again and again fills no log.</summary>
    private readonly FailedAttempts _refusals = new(time);

    private readonly bool _isOpenOnLoopback = configuration.GetValue("Gateway:Admin:InsecureLoopback", false);

    /// <param name="scope">What the call needs; null: any valid token.</param>
    /// <param name="isKonnect">Whether the caller used a path of Konnect's API, whose refusals look different.</param>
    /// <returns>The caller, or the answer that refuses it. The <see cref="TokenGrant"/> becomes a feature of the request.</returns>
    public async Task<(Actor? Actor, IResult? Denied)> AuthenticateAsync(HttpContext http, string? scope, bool isKonnect)
    {
        var request = http.Request;
        var isManagement = isKonnect && KonnectErrors.IsManagement(request.Path);
        if (request.QueryString.Value?.Contains(TokenFormat.Prefix, StringComparison.OrdinalIgnoreCase) == true)
        {
            // A query string ends up in logs and histories.
            return (null, Refuse(isManagement, StatusCodes.Status400BadRequest, "Bad Request", "tokens are not accepted in the query string; send 'Authorization: Bearer …'"));
        }

        var source = FailedAttempts.Source(http.Connection.RemoteIpAddress);
        if (FindToken(request) is not { } token)
        {
            if (request.Path == ReadyPath)
            {
                return (Actor.Named("anonymous", "admin-api"), null);
            }

            if (_isOpenOnLoopback && IsLoopback(http.Connection.RemoteIpAddress))
            {
                var owner = TokenOwner.CommandLine;
                return Accept(http, new TokenGrant(Guid.Empty, "anonymous", owner.Id, owner.Name, owner.Scopes, null), scope, isManagement);
            }

            return (null, Unauthorized(http, isManagement));
        }

        if (await tokens.VerifyAsync(token, http.RequestAborted) is not { } grant)
        {
            if (failures.Fail(source) is { } wait)
            {
                return (null, TooMany(http, isManagement, wait, "too many failed authentications"));
            }

            var known = await tokens.FindAsync(token, http.RequestAborted);
            audit.Post(new AuditEvent(
                AuditActions.AdminAuthentication,
                Actor.Named(known?.Name ?? "unknown", "admin-api") with { Address = source, TokenId = known?.Id },
                known is null ? "unknown token" : $"{known.StateAt(time.GetUtcNow()).ToString().ToLowerInvariant()} token")
            {
                IsRefused = true,
            });
            return (null, Unauthorized(http, isManagement));
        }

        use.Record(grant.Id, source);
        return Accept(http, grant, scope, isManagement);
    }

    private (Actor? Actor, IResult? Denied) Accept(HttpContext http, TokenGrant grant, string? scope, bool isManagement)
    {
        var isDeck = http.Request.Headers.UserAgent.ToString().StartsWith("decK", StringComparison.OrdinalIgnoreCase);
        var actor = new Actor(grant.Name, isDeck ? "deck" : "admin-api", grant.Has(TokenScopes.SecretsRead), grant.Has(TokenScopes.ConfigWrite))
        {
            TokenId = grant.Id == Guid.Empty ? null : grant.Id,
            Address = FailedAttempts.Source(http.Connection.RemoteIpAddress),
        };
        if (scope is not null && !grant.Has(scope))
        {
            if (_refusals.Fail($"{grant.Id} {scope}") is null)
            {
                audit.Post(new AuditEvent(AuditActions.AdminAccess, actor, $"{http.Request.Method} {http.Request.Path}") { IsRefused = true });
            }

            return (null, Refuse(isManagement, StatusCodes.Status403Forbidden, "Forbidden", $"the token '{grant.Name}' does not have the scope '{scope}'"));
        }

        http.Features.Set(grant);
        return (actor, null);
    }

    /// <summary>The answer to who calls too often.</summary>
    public static IResult TooMany(HttpContext http, bool isManagement, TimeSpan wait, string text)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Refuse(isManagement, StatusCodes.Status429TooManyRequests, "Too Many Requests", text);
    }

    private static string? FindToken(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var authorization = request.Headers.Authorization;
        if (authorization.Count == 1 && authorization[0]!.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[0]![scheme.Length..].Trim();
        }

        return request.Headers.TryGetValue(AdminTokenHeader, out var header) && header is [{ Length: > 0 } token] ? token.Trim()
            // Something that is no bearer token is a failed attempt, not a missing one.
            : authorization.Count > 0 ? ""
            : null;
    }

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static IResult Unauthorized(HttpContext http, bool isManagement)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"gatehouse\"";
        return isManagement
            ? KonnectErrors.Problem(StatusCodes.Status401Unauthorized, "Unauthorized", "Invalid credentials")
            : Plain(StatusCodes.Status401Unauthorized, "Unauthorized");
    }

    private static IResult Refuse(bool isManagement, int status, string title, string text) =>
        isManagement ? KonnectErrors.Problem(status, title, text) : Plain(status, text);

    private static AdminJson Plain(int status, string text) => new(status, new JsonObject { ["message"] = text, ["status"] = status });
}
