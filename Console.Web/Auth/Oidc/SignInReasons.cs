namespace ConsoleWeb.Auth.Oidc;

/// <summary>Why somebody stands before the sign-in page again. The address carries a word, never the text, so that nobody else can choose it.</summary>
internal static class SignInReasons
{
    public const string Unreachable = "unreachable";
    public const string Failed = "failed";
    public const string Stale = "stale";
    public const string Denied = "denied";
    public const string NoRole = "no-role";
    public const string Unknown = "unknown";
    public const string NameTaken = "name-taken";
    public const string Disabled = "disabled";
    public const string Ended = "ended";

    /// <param name="provider">What the provider is called; null: there is none.</param>
    /// <returns>Null for a word that means nothing.</returns>
    public static string? Text(string? reason, string? provider) => (reason, provider) switch
    {
        (Ended, _) => "You are signed out. Sign in to go on.",
        (_, null) => null,
        (Unreachable, _) => $"{provider} cannot be reached. Sign in with a password, or try again later.",
        (Failed, _) => $"The sign-in through {provider} failed. An administrator finds the reason in the server's log.",
        (Stale, _) => $"This answer of {provider} belongs to no sign-in that this browser began, or it came too late. Try again.",
        (Denied, _) => $"The sign-in at {provider} was cancelled.",
        (NoRole, _) => $"{provider} knows you, but gives you no role in this console. Ask an administrator for one.",
        (Unknown, _) => $"{provider} knows you, but this console has no account for you. Ask an administrator for one.",
        (NameTaken, _) => "There is another account with your user name. Ask an administrator to link or remove it.",
        (Disabled, _) => "Your account is disabled. Ask an administrator.",
        _ => null,
    };

    /// <summary>Whether the same person at the provider would be refused again, so that it should ask who it is.</summary>
    public static bool NeedsAnotherPerson(string? reason) => reason is NoRole or Unknown or NameTaken or Disabled;
}
