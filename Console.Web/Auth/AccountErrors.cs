using Gateway.Shared.Results;

namespace ConsoleWeb.Auth;

/// <summary>A part of an account cannot be as given.</summary>
/// <param name="Field"><c>userName</c>, <c>displayName</c> or <c>password</c>.</param>
internal sealed record AccountFieldError(string Field, string Reason) : Error(Reason);

/// <summary>An administrator exists, so there is nothing to set up.</summary>
internal sealed record SetupIsDone() : Error("Gatehouse has an administrator already. Sign in, or reset a password with 'gatehouse user reset-password'.");

/// <summary>The one-time link is wrong, old or used.</summary>
internal sealed record SetupLinkInvalid() : Error("This link is no longer valid. A current one is in the server's output and in the file 'setup-link' of its data directory.");

/// <summary>Too many wrong passwords for this account or from this address.</summary>
/// <param name="Wait">Whole seconds, at least one.</param>
internal sealed record TooManyAttempts(TimeSpan Wait)
    : Error($"Too many failed attempts. Try again in {Wait.TotalSeconds:0} {(Wait.TotalSeconds == 1 ? "second" : "seconds")}.")
{
    public static TooManyAttempts After(TimeSpan remaining) => new(TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(remaining.TotalSeconds))));
}
