using ConsoleWeb.Components.Pages.Entities;
using ConsoleWeb.Components.Pages.Keys;
using ConsoleWeb.Features.Connect;
using Gateway.Shared.Schema;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ConsoleWeb.Components.Pages.Connect;

/// <summary>The form of a new connection beside what it would create.</summary>
public sealed partial class ConnectFormView
{
    private static readonly (int Bytes, string Text)[] Sizes = [(131_072, "128 KB"), (524_288, "512 KB"), (16 * 1024 * 1024, "16 MB")];

    private ConnectForm? _form;
    private HashSet<string> _wrong = [];

    [Parameter, EditorRequired]
    public object PresetOf { get; set; } = default!;

    /// <summary>Told when it was created, with the <see cref="NewConnection"/>.</summary>
    [Parameter]
    public EventCallback<object> OnMade { get; set; }

    private AgentPreset Preset => (AgentPreset)PresetOf;

    private ConnectDraft Draft => _form!.Draft;

    private EntityLookup Lookup => new(Entities, Actor);

    private IReadOnlyList<ConnectStep> Steps => _form is null ? [] :
    [
        new("Agent", Preset.Title, true, Href: "/connect"),
        new("Provider and key", AgentPreset.ProviderTitle(Draft.Provider) + (_form.Key.IsSet ? ", key chosen" : ", no key yet"), _form.Key.IsSet, !_form.Key.IsSet, "#s-key"),
        new("Name and path", $"{Draft.ServiceName}, {Draft.Path}", _form.PathTaken is null && _form.ServiceTaken is null && _form.RouteTaken is null, false, "#s-path"),
        new("Model", Draft.Model.Length > 0 ? Draft.Model : "as the agent asks", !Draft.NeedsModel || Draft.Model.Length > 0, false, "#s-model"),
        new("Logging", (Draft.LogPayloads ? "figures and texts" : "figures only") + (Draft.LogFile.Length > 0 ? $", {Draft.LogFile}" : ""), true, false, "#s-log"),
        new("Review and create", $"{_form.Plan.Count} entities", false, _form.Key.IsSet, "#s-review"),
        new("Use it", "one line to paste", false),
    ];

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        _form = new ConnectForm(Connections, KeyCheck, ProviderKey.List(Lookup.All(EntityKinds.Plugins)), Preset, new Uri(Navigation.Uri).Query);
    }

    protected override Task<bool> RefreshAsync() => Task.FromResult(true);

    private static string Text(ChangeEventArgs e) => e.Value?.ToString()?.Trim() ?? "";

    private bool IsWrong(string field) => _wrong.Contains(field);

    /// <summary>A choice; it goes into the address, so that a reload continues here.</summary>
    private void Set(ConnectDraft draft)
    {
        _form!.Draft = draft;
        var query = _form.Query;
        Navigation.NavigateTo($"/connect/{Preset.Id}{(query.Length > 0 ? "?" + query : "")}", replace: true);
    }

    private RenderFragment Taken(NameTaken? taken, Func<string, ConnectDraft> change) => builder =>
    {
        if (taken is null)
        {
            return;
        }

        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "err");
        builder.AddContent(2, taken.Reason + " ");
        builder.CloseElement();
        builder.OpenElement(3, "button");
        builder.AddAttribute(4, "type", "button");
        builder.AddAttribute(5, "class", "lnk");
        builder.AddAttribute(6, "onclick", EventCallback.Factory.Create(this, () => Set(change(taken.Free))));
        builder.AddContent(7, $"Use {taken.Free}");
        builder.CloseElement();
    };

    private Task CheckKeyAsync() => _form!.CheckKeyAsync(Stopping);

    private async Task CreateAsync()
    {
        if (!CanEdit)
        {
            return;
        }

        var problems = _form!.Problems();
        _wrong = [.. problems.Select(p => p.Field)];
        var made = await _form.CreateAsync(Actor, Stopping);
        if (made is not null)
        {
            await OnMade.InvokeAsync(made);
        }
        else if (_form.Errors.Count > 0)
        {
            await Js.InvokeVoidAsync("gatehouse.show", problems.Count > 0 ? "#" + problems[0].Field : "#f-errors");
        }
    }
}
