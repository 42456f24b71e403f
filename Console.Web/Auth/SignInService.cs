using System.Globalization;
using ConsoleWeb.Audit;
using ConsoleWeb.Data.Entities;
using ConsoleWeb.Features.Entities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace ConsoleWeb.Auth;

/// <summary>Signs people in and out. Used by pages that answer over HTTP, since a circuit cannot set cookies.</summary>
internal sealed partial class SignInService(
    UserManager<GatehouseUser> users,
    SignInManager<GatehouseUser> signIn,
    SignInThrottle throttle,
    AuditLog audit,
    TimeProvider time,
    ILogger<SignInService> logger)
{
    /// <summary>When the session ends whatever happens, in Unix seconds, as an item of the cookie's ticket.</summary>
    internal const string EndItem = "gatehouse.end";

    private const string WrongText = "The user name or the password is wrong.";

    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(7);
    private static readonly TimeSpan RememberedLifetime = TimeSpan.FromDays(30);

    /// <summary>A hash that no password has: checking against it costs what checking a real one costs.</summary>
    private static string? s_dummyHash;

    /// <param name="remember">Keep the session when the browser closes, for 30 days.</param>
    public async Task<SignInOutcome> SignInAsync(HttpContext http, string? userName, string? password, bool remember)
    {
        var name = (userName ?? "").Trim();
        var source = FailedAttempts.Source(http.Connection.RemoteIpAddress);
        if (throttle.Begin(name, source) is { } wait)
        {
            var refusal = TooManyAttempts.After(wait);
            return new SignInOutcome(false, refusal.Message, refusal.Wait);
        }

        var given = PasswordRules.Normalise(password ?? "");
        var user = given.Length is 0 or > PasswordRules.MaxLength * 2 ? null : await users.FindByNameAsync(name);
        var isRight = user is null ? Pretend(given) : await users.CheckPasswordAsync(user, given);
        if (!isRight || user is null || await users.IsLockedOutAsync(user))
        {
            // A name that nobody has may be a password in the wrong field.
            audit.Post(new AuditEvent(AuditActions.SignIn, Person(user?.UserName ?? "unknown", source)) { IsRefused = true });
            LogRefused(logger, source);
            return new SignInOutcome(false, WrongText, null);
        }

        throttle.Succeed(name, source);
        // Who is to mend a store that cannot be written must be let in to see what is wrong with it.
        await audit.WriteOrPostAsync(new AuditEvent(AuditActions.SignIn, Person(user.UserName!, source)), http.RequestAborted);
        await SignInAsync(user, remember);
        return new SignInOutcome(true, null, null);
    }

    /// <summary>Signs in someone whose identity was established otherwise, such as by the setup link.</summary>
    public Task SignInAsync(GatehouseUser user, bool remember)
    {
        var now = time.GetUtcNow();
        var end = now + (remember ? RememberedLifetime : SessionLifetime);
        var properties = new AuthenticationProperties { IsPersistent = remember };
        if (remember)
        {
            properties.ExpiresUtc = end;
            properties.AllowRefresh = false;
        }

        properties.Items[EndItem] = end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return signIn.SignInAsync(user, properties);
    }

    /// <summary>Goes on with the session of someone who has just changed their password.</summary>
    public async Task RenewAsync(Guid id)
    {
        if (await users.FindByIdAsync(id.ToString()) is { } user)
        {
            await SignInAsync(user, remember: false);
        }
    }

    /// <summary>Ends every session of the person and their open pages: a copy of the cookie is worth nothing afterwards.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        if (http.User.Identity is { IsAuthenticated: true, Name: { } name })
        {
            audit.Post(new AuditEvent(AuditActions.SignOut, Person(name, FailedAttempts.Source(http.Connection.RemoteIpAddress))));
        }

        if (await users.GetUserAsync(http.User) is { } user)
        {
            await users.UpdateSecurityStampAsync(user);
        }

        await signIn.SignOutAsync();
    }

    /// <returns>The address when it leads nowhere but to this site, else <c>/</c>.</returns>
    public static string LocalUrl(string? returnUrl) =>
        returnUrl is ['/', ..] && !(returnUrl.Length > 1 && returnUrl[1] is '/' or '\\') && !returnUrl.Any(char.IsControl) ? returnUrl : "/";

    private static Actor Person(string name, string source) => Actor.Named(name, "console") with { Address = source };

    private bool Pretend(string password)
    {
        var nobody = new GatehouseUser();
        s_dummyHash ??= users.PasswordHasher.HashPassword(nobody, Guid.NewGuid().ToString());
        users.PasswordHasher.VerifyHashedPassword(nobody, s_dummyHash, password);
        return false;
    }

    [LoggerMessage(EventId = 6010, Level = LogLevel.Warning, Message = "A sign-in from {Source} was refused")]
    private static partial void LogRefused(ILogger logger, string source);
}

/// <summary>How an attempt to sign in ended.</summary>
/// <param name="Message">What to show; null when it succeeded.</param>
/// <param name="RetryAfter">When a next attempt is looked at; null: at once.</param>
internal sealed record SignInOutcome(bool Succeeded, string? Message, TimeSpan? RetryAfter);
