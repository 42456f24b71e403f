namespace Gateway.Shared.Contracts;

/// <summary>The one workspace. Entities belong to it without saying so; records and the Admin API name it.</summary>
public static class DefaultWorkspace
{
    public const string Name = "default";

    public static Guid Id { get; } = new("8f7a3f52-6f0b-4f57-9c1e-2d8f4f1b6a10");
}
