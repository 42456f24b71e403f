using Gateway.Shared.Results;

namespace ConsoleWeb.Auth;

/// <summary>A part of the request for a token cannot be granted.</summary>
/// <param name="Field"><c>name</c>, <c>scopes</c> or <c>expires_at</c>.</param>
internal sealed record TokenFieldError(string Field, string Reason) : Error($"{Field}: {Reason}");

/// <summary>An active token of the same owner has the name.</summary>
internal sealed record TokenNameTaken(string Name) : Error($"an active token named '{Name}' exists; revoke it first or choose another name");

/// <summary>The token would be able to do more than whoever makes it.</summary>
internal sealed record TokenExceedsOwner(string Scope) : Error($"a token cannot be given the scope '{Scope}', which its maker does not have");
