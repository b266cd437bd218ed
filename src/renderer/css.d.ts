/** A style sheet that a component brings along; the bundler puts it into the page. */
declare module '*.css'
