using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>One way in which states lie in a file.</summary>
internal interface IStateLayout
{
    /// <summary>States <paramref name="first"/> to first + count - 1 of a trajectory, one after the other.</summary>
    void Read(long trajectory, long first, int count, Span<double> states);
}

/// <summary>Every state is contiguous, and the next follows it: the file is read straight through.</summary>
internal sealed class ContiguousStates(ElementReader reader, StateGrid grid) : IStateLayout
{
    public void Read(long trajectory, long first, int count, Span<double> states) =>
        reader.Read((trajectory * grid.TrajectoryStride) + (first * grid.TimeStride), states);
}

/// <summary>
/// Every feature is contiguous in time: tiles of all features and some thousand snapshots are read feature by feature
/// and transposed. Memory is two tiles.
/// </summary>
internal sealed class TransposedStates : IStateLayout
{
    private const long TileElements = 1 << 22;

    private readonly ElementReader _reader;
    private readonly StateGrid _grid;
    private readonly int _width;
    private readonly int _tileLength;
    private readonly double[] _byFeature;
    private readonly double[] _byState;
    private (long Trajectory, long First) _tile = (-1, 0);

    public TransposedStates(ElementReader reader, StateGrid grid)
    {
        (_reader, _grid, _width) = (reader, grid, (int)grid.Width);
        _tileLength = (int)Math.Clamp(TileElements / grid.Width, 1, grid.Length);
        _byFeature = new double[(long)_width * _tileLength];
        _byState = new double[_byFeature.Length];
    }

    public void Read(long trajectory, long first, int count, Span<double> states)
    {
        while (count > 0)
        {
            var tile = (trajectory, first / _tileLength * _tileLength);
            if (tile != _tile)
            {
                Load(trajectory, tile.Item2);
                _tile = tile;
            }

            var start = (int)(first - tile.Item2);
            var part = Math.Min(count, _tileLength - start);
            _byState.AsSpan(start * _width, part * _width).CopyTo(states);
            states = states[(part * _width)..];
            (first, count) = (first + part, count - part);
        }
    }

    private void Load(long trajectory, long first)
    {
        var length = (int)Math.Min(_tileLength, _grid.Length - first);
        for (var f = 0; f < _width; f++)
        {
            var start = (trajectory * _grid.TrajectoryStride) + (f * _grid.FeatureStride) + first;
            _reader.Read(start, _byFeature.AsSpan(f * length, length));
        }

        Transposition.Copy(_byFeature, length, _width, _byState);
    }
}

/// <summary>
/// Trajectories are interleaved number by number (a Fortran array of three axes): as many whole trajectories as fit
/// into 256 MB are gathered in one pass over the file.
/// </summary>
internal sealed class InterleavedStates : IStateLayout
{
    private const long BlockElements = 1 << 25;

    private readonly ElementReader _reader;
    private readonly StateGrid _grid;
    private readonly int _blockLength;
    private readonly double[] _block;
    private readonly double[] _run;
    private long _first = -1;

    public InterleavedStates(ArraySource source, StateGrid grid)
    {
        var elements = grid.Length * grid.Width;
        if (elements > BlockElements)
        {
            throw new ArrayFileException(
                $"'{source.Name}' interleaves trajectories of {elements} numbers in Fortran order, at most "
                + $"{BlockElements} of which are read; save it in C order");
        }

        // Many short runs, in the order of the file.
        _reader = new ElementReader(source, new BufferedStream(source.Content, ElementReader.BufferBytes));
        _grid = grid;
        _blockLength = (int)Math.Min(grid.Trajectories, BlockElements / elements);
        (_block, _run) = (new double[_blockLength * elements], new double[_blockLength]);
    }

    public void Read(long trajectory, long first, int count, Span<double> states)
    {
        var start = trajectory / _blockLength * _blockLength;
        if (start != _first)
        {
            Load(start);
            _first = start;
        }

        var offset = ((trajectory - start) * _grid.Length) + first;
        _block.AsSpan((int)(offset * _grid.Width), states.Length).CopyTo(states);
    }

    private void Load(long start)
    {
        var run = _run.AsSpan(0, (int)Math.Min(_blockLength, _grid.Trajectories - start));
        var timeOutside = _grid.TimeStride > _grid.FeatureStride;
        var (outer, inner) = timeOutside ? (_grid.Length, _grid.Width) : (_grid.Width, _grid.Length);
        for (var i = 0L; i < outer; i++)
        {
            for (var j = 0L; j < inner; j++)
            {
                var (k, f) = timeOutside ? (i, j) : (j, i);
                _reader.Read(start + (k * _grid.TimeStride) + (f * _grid.FeatureStride), run);
                for (var t = 0; t < run.Length; t++)
                {
                    _block[(((t * _grid.Length) + k) * _grid.Width) + f] = run[t];
                }
            }
        }
    }
}
