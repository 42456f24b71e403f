using ConsoleWeb.Features.Entities;
using ConsoleWeb.Features.Transfer;

namespace ConsoleWeb.Components.Pages.Transfer;

/// <summary>An import on its way: what was entered, what it would do, what was done. A change of what was entered throws the preview away.</summary>
internal sealed class ImportModel(ImportService imports)
{
    private string _text = "";
    private string _tags = "";
    private bool _deletes;

    /// <summary>The state file.</summary>
    public string Text
    {
        get => _text;
        set
        {
            if (_text != value)
            {
                _text = value;
                Variables = imports.ListVariables(value);
                Forget();
            }
        }
    }

    /// <summary>Name of the file that the text came from; null: it was typed or pasted.</summary>
    public string? FileName { get; set; }

    /// <summary>Whether what the file does not name is deleted.</summary>
    public bool Deletes
    {
        get => _deletes;
        set
        {
            _deletes = value;
            Forget();
        }
    }

    /// <summary>Tags, separated by commas.</summary>
    public string Tags
    {
        get => _tags;
        set
        {
            _tags = value;
            Forget();
        }
    }

    public IReadOnlyList<ImportVariable> Variables { get; private set; } = [];

    /// <summary>What was typed for variables, by name.</summary>
    public Dictionary<string, string> Typed { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<ImportProblem> Problems { get; private set; } = [];

    public ImportPreview? Preview { get; private set; }

    /// <summary>Number of the version that the import made; null: none yet.</summary>
    public long? Applied { get; private set; }

    /// <summary>How many entities the import changed.</summary>
    public int AppliedChanges { get; private set; }

    /// <summary>What has to be typed before something is deleted; null: nothing.</summary>
    public string? Confirmation => Preview is { Deleted: > 0 and var count } ? $"delete {count}" : null;

    /// <summary>What was typed to confirm.</summary>
    public string Confirmed { get; set; } = "";

    public bool MayApply => Preview is { Changes.Count: > 0 } && (Confirmation is null || Confirmed.Trim() == Confirmation);

    /// <summary>Whether the configuration has changed since the preview was made.</summary>
    public bool IsStale(long version) => Preview is { } preview && Applied is null && preview.Version != version;

    /// <summary>Sets the value of a variable for this import.</summary>
    public void Type(string variable, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Typed.Remove(variable);
        }
        else
        {
            Typed[variable] = value;
        }

        Forget();
    }

    public async Task LookAsync(Actor actor, CancellationToken cancellationToken)
    {
        Forget();
        if (string.IsNullOrWhiteSpace(Text))
        {
            Problems = [new ImportProblem(null, null, "There is nothing to import yet: paste a file, or choose one.")];
            return;
        }

        var tags = Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var preview = await imports.PreviewAsync(new ImportInput(Text) { Deletes = Deletes, Tags = tags, Variables = Typed }, actor, cancellationToken);
        Preview = preview.Value;
        Problems = ProblemsOf(preview.Error);
    }

    public async Task ApplyAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!MayApply)
        {
            return;
        }

        var applied = await imports.ApplyAsync(Preview!, actor, cancellationToken);
        Problems = ProblemsOf(applied.Error);
        if (!applied.IsError)
        {
            (Applied, AppliedChanges) = (applied.Value, Preview!.Changes.Count);
            Preview = null;
        }
    }

    private static IReadOnlyList<ImportProblem> ProblemsOf(Gateway.Shared.Results.Error? error) => error switch
    {
        null => [],
        ImportRefused refused => refused.Problems,
        _ => [new ImportProblem(null, null, error.Message)],
    };

    private void Forget() => (Preview, Problems, Applied, Confirmed) = (null, [], null, "");
}
