namespace ConsoleWeb.Auth;

/// <summary>A person as lists show them.</summary>
/// <param name="Role">The strongest of their roles; null: none.</param>
/// <param name="IsInvited">No way to sign in yet: the invitation waits to be followed.</param>
/// <param name="IsExternal">Signs in through an OpenID provider.</param>
internal sealed record UserRow(Guid Id, string UserName, string DisplayName, string? Role, DateTimeOffset CreatedAt, bool IsDisabled, bool IsInvited, bool IsExternal);

/// <summary>A one-time link with which a person sets their password.</summary>
/// <param name="Path">Path and query on the console.</param>
internal sealed record PasswordLink(string UserName, string Path, DateTimeOffset ExpiresAt);
