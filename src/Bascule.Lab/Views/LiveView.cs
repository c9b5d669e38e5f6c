using Bascule.Lab.Runs;
using Spectre.Console;

namespace Bascule.Lab.Views;

/// <summary>A lab redrawn in place on a terminal.</summary>
/// <param name="console">The terminal.</param>
public sealed class LiveView(IAnsiConsole console) : ILabView
{
    private LiveDisplayContext? _display;
    private LabFrame? _frame;
    private string _said = "";

    /// <summary>Runs something while the view is on the screen; its last state stays there.</summary>
    public Task<T> WhileShownAsync<T>(Func<Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return console.Live(Text.Empty).Overflow(VerticalOverflow.Crop).StartAsync(async display =>
        {
            _display = display;
            return await body();
        });
    }

    /// <inheritdoc/>
    public void Say(string sentence)
    {
        _said = sentence;
        Draw();
    }

    /// <inheritdoc/>
    public void Mark(LabMark mark)
    {
        // The next frame has it.
    }

    /// <inheritdoc/>
    public void Show(LabFrame frame)
    {
        _frame = frame;
        Draw();
    }

    private void Draw() => _display?.UpdateTarget(_frame is { } frame ? LiveFrame.Render(frame, _said, console.Profile.Height) : new Text($"› {_said}", LabColours.Quiet));
}
