using KoopmanMesh.Interop;

return await InteropCommand.RunAsync(args);
