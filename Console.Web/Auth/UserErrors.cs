using Gateway.Shared.Results;

namespace ConsoleWeb.Auth;

/// <summary>The caller's role does not allow it.</summary>
internal sealed record Forbidden(string Message) : Error(Message);

/// <summary>Without an enabled administrator nobody could manage Gatehouse.</summary>
internal sealed record LastAdministrator() : Error("This is the last administrator who can sign in. Make another one first.");

/// <summary>A link to set a password is wrong, old or used.</summary>
internal sealed record PasswordLinkInvalid() : Error("This link is no longer valid. Ask an administrator for a new one.");
