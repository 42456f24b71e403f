namespace Gateway.Shared.Results;

/// <summary>An expected failure, as a value. Subtypes carry what the surface needs to word it.</summary>
/// <param name="Message">One sentence for a person: what is wrong and what to do.</param>
public record Error(string Message);

/// <summary>The thing addressed does not exist.</summary>
public sealed record NotFoundError(string Message = "Not found") : Error(Message);
