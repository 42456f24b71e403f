namespace Gateway.Shared.Contracts;

/// <summary>A foreign key as the Admin API writes it: <c>{"id":"…"}</c>.</summary>
public sealed record EntityReference(Guid Id);
