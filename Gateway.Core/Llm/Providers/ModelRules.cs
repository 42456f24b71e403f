namespace Gateway.Core.Llm.Providers;

/// <summary>Decides which targets may serve the model that a request names.</summary>
internal static class ModelRules
{
    /// <summary>The model of a target for one request.</summary>
    /// <param name="Name">Configured name after templates; null when none is configured.</param>
    internal readonly record struct TargetModel(string? Name, string? Alias);

    /// <summary>Marks the targets that may be used.</summary>
    /// <param name="requested">Model of the request; null when absent, empty or no string.</param>
    /// <param name="needsModel">Whether the route type cannot do without a model.</param>
    /// <param name="candidates">Receives true per usable target; as long as <paramref name="models"/>.</param>
    /// <returns>The refusal's text, or null.</returns>
    public static string? Select(
        ReadOnlySpan<TargetModel> models, string? requested, bool needsModel, UnknownModelPolicy policy, Span<bool> candidates)
    {
        candidates.Clear();
        if (!needsModel)
        {
            candidates.Fill(true);
            return null;
        }

        if (requested is null)
        {
            return Mark(models, candidates, static (model, _) => model.Name is not null, null)
                ? null
                : "model parameter not found in request, nor in gateway configuration";
        }

        // Narrowest first: whoever names this model by alias, then by name, then whoever takes any model.
        if (Mark(models, candidates, static (model, name) => model.Alias == name, requested)
            || Mark(models, candidates, static (model, name) => model.Name == name, requested)
            || Mark(models, candidates, static (model, _) => model.Name is null && model.Alias is null, null))
        {
            return null;
        }

        if (policy == UnknownModelPolicy.Override && Mark(models, candidates, static (model, _) => model.Name is not null, null))
        {
            return null;
        }

        return $"cannot use own model - must be: {Allowed(models)}";
    }

    private static bool Mark(ReadOnlySpan<TargetModel> models, Span<bool> candidates, Func<TargetModel, string?, bool> matches, string? name)
    {
        var any = false;
        for (var i = 0; i < models.Length; i++)
        {
            candidates[i] = matches(models[i], name);
            any |= candidates[i];
        }

        return any;
    }

    private static string Allowed(ReadOnlySpan<TargetModel> models)
    {
        var names = new List<string>(models.Length);
        foreach (var model in models)
        {
            if ((model.Alias ?? model.Name) is { } name && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return string.Join(", ", names);
    }
}
